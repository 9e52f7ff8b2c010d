/* SPDX-License-Identifier: MIT */
/*
 * float and complex: they hold nothing; the work is to write them as Python
 * does.
 *
 * Source: Python/pystrtod.c, format_float_short(): repr() gives the fewest
 * digits that read back as the same number, with an exponent where the decimal
 * point would be left of the 4th zero or right of the 16th digit;
 * Objects/complexobject.c, complex_repr().
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "objects/kinds/kinds.h"

/* The same for numbers of few decimals, most of those there are.  Of the
 * decimals of at most 15 digits only one reads back as @value: one that does
 * is it.  The quotient of two integers that are doubles is the double nearest
 * to it. */
static bool short_decimal(double value, char digits[20], int *exponent)
{
	static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};
	char text[20];
	int n = 0;

	for (int k = 0; k < (int)countof(powers); k++) {
		double scaled = value * powers[k];
		uint64_t whole;

		if (!(scaled < 1e14))
			return false;
		whole = (uint64_t)(scaled + 0.5);
		if ((double)whole / powers[k] != value)
			continue;
		do {
			text[n++] = (char)('0' + whole % 10);
			whole /= 10;
		} while (whole);
		*exponent = n - 1 - k;
		for (int i = 0; i < n; i++)
			digits[i] = text[n - 1 - i];
		while (n > 1 && digits[n - 1] == '0')
			n--;
		digits[n] = '\0';
		return true;
	}
	return false;
}

/* The shortest digits of positive @value into @digits (18 chars and NUL);
 * returns the decimal exponent of the first of them. */
static int shortest(double value, char digits[20])
{
	/* 15 digits always survive but for subnormal numbers. */
	int precision = value < 2.3e-308 ? 1 : 15;
	char text[48];
	size_t n = 0;
	char *p;
	int exponent;

	if (short_decimal(value, digits, &exponent))
		return exponent;
	for (; precision <= 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision - 1, value);
		if (strtod(text, NULL) == value)
			break;
	}
	for (p = text; *p && *p != 'e'; p++)
		if (*p >= '0' && *p <= '9' && n < 18)
			digits[n++] = *p;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	digits[n] = '\0';
	return *p ? (int)strtol(p + 1, NULL, 10) : 0;
}

void coil_out_float(struct coil_out *out, double value, bool point)
{
	char digits[20];
	int n, exponent;

	if (isnan(value)) {
		coil_out_string(out, "nan");
		return;
	}
	if (signbit(value))
		coil_out_char(out, '-');
	value = fabs(value);
	if (isinf(value)) {
		coil_out_string(out, "inf");
		return;
	}
	exponent = shortest(value, digits);
	n = (int)strlen(digits);
	if (exponent < -4 || exponent >= 16) {
		coil_out_char(out, digits[0]);
		if (n > 1)
			coil_out_format(out, ".%s", digits + 1);
		coil_out_format(out, "e%c%02d", exponent < 0 ? '-' : '+',
				abs(exponent));
		return;
	}
	if (exponent < 0) {
		coil_out_format(out, "0.%.*s%s", -exponent - 1, "0000", digits);
		return;
	}
	for (int i = 0; i < n || i <= exponent; i++) {
		if (i == exponent + 1)
			coil_out_char(out, '.');
		coil_out_char(out, i < n ? digits[i] : '0');
	}
	if (point && n <= exponent + 1)
		coil_out_string(out, ".0");
}

static double number(const uint8_t *at)
{
	uint64_t bits = load64(at);
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

static void float_value(struct coil_reader *reader,
			const struct coil_object *object, struct coil_out *out)
{
	coil_out_float(
		out,
		number(object->head + reader->layout->PyFloatObject.ob_fval),
		true);
}

static void complex_value(struct coil_reader *reader,
			  const struct coil_object *object,
			  struct coil_out *out)
{
	const uint8_t *at = object->head + reader->layout->PyComplexObject.cval;
	double real = number(at), imaginary = number(at + 8);
	bool pure = real == 0 && !signbit(real);

	if (!pure) {
		coil_out_char(out, '(');
		coil_out_float(out, real, false);
		if (isnan(imaginary) || !signbit(imaginary))
			coil_out_char(out, '+');
	}
	coil_out_float(out, imaginary, false);
	coil_out_string(out, pure ? "j" : "j)");
}

KIND(float, "float", STRUCT(PyFloatObject), .value = float_value,
     .flags = COIL_KIND_UNTRAVERSED);

KIND(complex, "complex", STRUCT(PyComplexObject), .value = complex_value,
     .flags = COIL_KIND_UNTRAVERSED);
