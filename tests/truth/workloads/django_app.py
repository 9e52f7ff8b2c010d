# SPDX-License-Identifier: MIT
"""A shop with Django: models in SQLite, templates, forms, sessions, the
administration, asked by the test client."""
import os

import django
from django.apps import AppConfig
from django.conf import settings


class Shop(AppConfig):
    name, label, path = __name__, "shop", os.path.dirname(__file__)


settings.configure(
    SECRET_KEY="of a test", ALLOWED_HOSTS=["*"], USE_TZ=True,
    ROOT_URLCONF=__name__, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3",
                           "NAME": ":memory:"}},
    CACHES={"default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    INSTALLED_APPS=["django.contrib." + name for name in (
        "admin", "auth", "contenttypes", "sessions", "messages")] + [
            __name__ + ".Shop"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware"],
    LOGGING_CONFIG=None,
    TEMPLATES=[{
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [], "APP_DIRS": False, "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", [
                ("django.template.loaders.locmem.Loader", {
                    "page.html": "<h1>{% block title %}{% endblock %}</h1>"
                                 "{% block body %}{% endblock %}",
                    "list.html": "{% extends 'page.html' %}{% block body %}"
                                 "{% for o in items %}{{ o.name|title }} "
                                 "{{ o.price|floatformat:2 }} {{ o.shelf }}"
                                 "{% if not forloop.last %}, {% endif %}"
                                 "{% endfor %}{{ user }}{% endblock %}",
                    "form.html": "{% extends 'page.html' %}{% block body %}"
                                 "{% csrf_token %}{{ form.as_p }}"
                                 "{% endblock %}"}),
                "django.template.loaders.app_directories.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages"]}}])
django.setup()

import decimal
import logging

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.core.management import call_command
from django.core.paginator import Paginator
from django.db import connection, models, transaction
from django.db.models.signals import post_save
from django.dispatch import Signal
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.test import Client, RequestFactory
from django.test.utils import setup_test_environment
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext_lazy

from applications import held_by_c  # noqa: F401, asked by record.py

logging.disable(logging.CRITICAL)


class Shelf(models.Model):
    name = models.CharField(max_length=40, unique=True)

    def __str__(self):
        return self.name


class Item(models.Model):
    name = models.CharField(gettext_lazy("name"), max_length=40)
    price = models.DecimalField(max_digits=8, decimal_places=2)
    shelf = models.ForeignKey(Shelf, models.CASCADE, related_name="items")
    sold = models.DateTimeField(null=True)
    likes = models.ManyToManyField(User, related_name="likes")

    class Meta:
        ordering = ["name"]

    @cached_property
    def label(self):
        return "%s (%s)" % (self.name, self.shelf)


class ItemForm(forms.ModelForm):
    class Meta:
        model = Item
        fields = ["name", "price", "shelf"]

    def clean_price(self):
        if self.cleaned_data["price"] < 0:
            raise forms.ValidationError(gettext_lazy("no gifts"))
        return self.cleaned_data["price"]


@admin.register(Item)
class ItemAdmin(admin.ModelAdmin):
    list_display = ["name", "price", "shelf"]
    list_filter = ["shelf"]
    search_fields = ["name"]


def items(request):
    page = Paginator(Item.objects.select_related("shelf"), 25)
    request.session["seen"] = request.session.get("seen", 0) + 1
    return render(request, "list.html", {
        "items": page.get_page(request.GET.get("page"))})


def new(request):
    form = ItemForm(request.POST or None)
    if form.is_valid():
        form.save()
        messages.info(request, "saved")
        return redirect("items")
    return render(request, "form.html", {"form": form})


def stream(request):
    return StreamingHttpResponse(i.name for i in Item.objects.iterator())


def missing(request, number):
    raise Http404("no item %d" % number)


def broken(request):
    local = {"request": request}
    return HttpResponse(local["nothing"])


urlpatterns = [
    path("", items, name="items"), path("new/", new, name="new"),
    path("stream/", stream), path("missing/<int:number>/", missing),
    path("broken/", broken), path("admin/", admin.site.urls)]

sold = Signal()


def fill():
    shelves = [Shelf.objects.create(name="shelf %d" % i) for i in range(12)]
    Item.objects.bulk_create([
        Item(name="item %d" % i, price=decimal.Decimal(i) / 4,
             shelf=shelves[i % 12]) for i in range(1200)])
    group = Group.objects.create(name="buyers")
    users = [User.objects.create_user("u%d" % i, password="p")
             for i in range(20)]
    for user in users:
        user.groups.add(group)
        user.likes.add(*Item.objects.all()[:5])
    root = User.objects.create_superuser("root", password="p")
    return shelves, users, root


def ask(root):
    client = Client(raise_request_exception=False)
    buyer = Client(enforce_csrf_checks=True)
    client.force_login(root)
    kept = [client, buyer]
    for page in range(1, 8):
        kept.append(client.get(reverse("items"), {"page": page}))
        kept.append(buyer.get("/", {"page": page}))
    kept.append(client.post("/new/", {"name": "n", "price": "-1"}))
    kept.append(client.post("/new/", {"name": "n", "price": "1",
                                      "shelf": "1"}, follow=True))
    kept.append(buyer.post("/new/", {"name": "forged"}))
    kept.append(client.get("/stream/"))
    kept.append(next(kept[-1].streaming_content))
    kept.append(client.get("/missing/7/"))
    kept.append(client.get("/broken/"))
    for page in ("", "shop/item/", "shop/item/1/change/", "auth/user/",
                 "auth/user/add/", "auth/user/3/change/"):
        kept.append(client.get("/admin/" + page))
    return kept


def build(size):
    setup_test_environment()
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Shelf)
        editor.create_model(Item)
    seen = []

    def saved(sender, instance, **more):
        seen.append(instance)

    class Till:
        def take(self, sender, **more):
            seen.append(more)

    post_save.connect(saved, sender=Item)
    till = Till()
    sold.connect(till.take)
    shelves, users, root = fill()
    kept = [seen, saved, till, shelves, users, root, ask(root)]
    for item in Item.objects.filter(pk__lt=40).prefetch_related("likes"):
        item.label
        item.sold = django.utils.timezone.now()
        item.save()
        sold.send(Till, item=item)
        kept.append(item)
    query = Item.objects.filter(shelf__name__contains="1").annotate(
        n=models.Count("likes")).exclude(price__gt=200)
    kept += [query, list(query), Item.objects.all(), query.query,
             Item.objects.values("shelf").annotate(models.Sum("price")),
             list(Item.objects.values_list("name", "price", named=True)[:50])]
    try:
        with transaction.atomic():
            Shelf.objects.create(name="shelf 1")
    except django.db.IntegrityError as e:
        kept.append(e)
    waiting = SimpleLazyObject(lambda: Shelf.objects.get(pk=1))
    known = SimpleLazyObject(lambda: shelves[2])
    known.name
    cache.set("items", list(query))
    form = ItemForm({"name": "x" * 50})
    form.errors
    factory = RequestFactory().get("/", {"a": "1"})
    kept += [waiting, known, form, factory, forms.formset_factory(ItemForm)(),
             gettext_lazy("late"), django.template.Template("{{ a.b|add:1 }}")]
    return kept
