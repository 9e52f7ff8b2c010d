# SPDX-License-Identifier: MIT
"""Objects that only C code holds: on a thread's C stack, in static variables
and in memory that nothing but a thread knows.  No goal can be set for
their counts: this one is for coil-holders and for eyes."""
import atexit
import contextvars
import ctypes
import decimal
import threading
import time


def build(size):
    lock, ready = threading.Lock(), threading.Semaphore(0)
    lock.acquire()

    def wait():
        ready.release()
        with lock:  # its __enter__ is in a variable of the interpreter loop
            pass

    threads = [threading.Thread(target=wait, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
        ready.acquire()
    atexit.register(print, "at exit", end="")
    time.sleep(0.3)
    return [threads, lock, contextvars.Context(), decimal.getcontext(),
            ctypes.c_int * 7, ctypes.POINTER(ctypes.c_int)]
