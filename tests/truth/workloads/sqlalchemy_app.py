# SPDX-License-Identifier: MIT
"""SQLAlchemy: mapped classes with relations and inheritance, sessions with what
is new, changed and gone, queries and their caches."""
import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.dialects import sqlite  # noqa: F401, imported late otherwise
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.ext.mutable import MutableDict
from sqlalchemy.orm import declarative_base, relationship

from applications import held_by_c  # noqa: F401

Base = declarative_base()

tags = sa.Table("item_tags", Base.metadata,
                sa.Column("item", sa.ForeignKey("items.id")),
                sa.Column("tag", sa.ForeignKey("tags.id")))


class Tag(Base):
    __tablename__ = "tags"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(30), unique=True)


class Customer(Base):
    __tablename__ = "customers"
    id = sa.Column(sa.Integer, primary_key=True)
    kind = sa.Column(sa.String(10))
    first = sa.Column(sa.String(30))
    last = sa.Column(sa.String(30))
    orders = relationship("Order", back_populates="customer",
                          cascade="all, delete-orphan", lazy="select")
    __mapper_args__ = {"polymorphic_on": kind,
                       "polymorphic_identity": "person"}

    @hybrid_property
    def name(self):
        return self.first + " " + self.last


class Company(Customer):
    __tablename__ = "companies"
    id = sa.Column(sa.ForeignKey("customers.id"), primary_key=True)
    tax = sa.Column(sa.Numeric(10, 2))
    __mapper_args__ = {"polymorphic_identity": "company"}


class Order(Base):
    __tablename__ = "orders"
    id = sa.Column(sa.Integer, primary_key=True)
    customer_id = sa.Column(sa.ForeignKey("customers.id"))
    placed = sa.Column(sa.DateTime, default=sa.func.now())
    extra = sa.Column(MutableDict.as_mutable(sa.JSON))
    customer = relationship(Customer, back_populates="orders")
    items = relationship("Item", back_populates="order", lazy="selectin")
    names = association_proxy("items", "name")


class Item(Base):
    __tablename__ = "items"
    id = sa.Column(sa.Integer, primary_key=True)
    order_id = sa.Column(sa.ForeignKey("orders.id"))
    name = sa.Column(sa.String(30))
    price = sa.Column(sa.Float)
    data = orm.deferred(sa.Column(sa.LargeBinary))
    order = relationship(Order, back_populates="items")
    tags = relationship(Tag, secondary=tags, collection_class=set)


def fill(session):
    all_tags = [Tag(name="t%d" % i) for i in range(20)]
    for i in range(120):
        cls = Company if i % 3 else Customer
        customer = cls(first="f%d" % i, last="l%d" % i)
        if i % 3:
            customer.tax = i
        for j in range(4):
            order = Order(customer=customer, extra={"n": [i, j]})
            order.items = [Item(name="i%d" % k, price=k / 4, data=b"d" * k,
                                tags={all_tags[(i + j + k) % 20]})
                           for k in range(4)]
        session.add(customer)
    session.commit()


def queries(session):
    kept = [session.query(Customer).filter(Customer.first.like("f1%")).all(),
            session.query(Company).options(orm.joinedload(
                Company.orders).selectinload(Order.items)).limit(30).all(),
            session.query(Order.id, sa.func.count(Item.id).label("n")).join(
                Item).group_by(Order.id).having(sa.text("n > 1")).all()]
    rows = session.execute(sa.select(Item.name, Item.price).where(
        Item.price > sa.bindparam("least")), {"least": 0.25})
    kept += [rows, rows.fetchmany(5), rows.mappings()]
    streamed = session.execute(
        sa.select(Item).execution_options(yield_per=10)).partitions()
    kept += [streamed, next(streamed)]
    alias = orm.aliased(Customer)
    inner = sa.select(Order.customer_id).where(
        Order.extra["n"][0].as_integer() > 5).subquery()
    kept += [alias, inner, sa.select(alias).join(
        inner, alias.id == inner.c.customer_id), sa.union_all(
            sa.select(Tag.name), sa.select(Item.name)).cte("names"),
        sa.case((Item.price > 1, "dear"), else_="cheap"),
        session.query(Customer).filter(Customer.name == "f1 l1").one()]
    for i in range(40):  # statements of the cache
        statement = sa.select(Item).where(Item.id.in_(range(i)), Item.id != i)
        kept += [statement, session.execute(statement).scalars().all()]
    return kept


def build(size):
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool,
                              connect_args={"check_same_thread": False})
    seen = []

    @event.listens_for(engine, "before_cursor_execute")
    def before(conn, cursor, statement, parameters, context, many):
        seen.append((statement, context))
        del seen[:-50]

    @event.listens_for(Order, "load")
    def loaded(target, context):
        seen.append(target.id)

    Base.metadata.create_all(engine)
    make = orm.sessionmaker(engine, future=True)
    with make() as session:
        fill(session)
    session, other = make(), make()
    scoped = orm.scoped_session(make)
    kept = [engine, make, session, other, scoped, scoped.query(Tag).all(),
            queries(session)]
    customers = session.query(Customer).limit(60).all()
    kept.append([list(o.names) for c in customers for o in c.orders])
    customers[0].first = "changed"
    customers[1].orders[0].extra["more"] = [1]
    session.delete(customers[2])
    session.expire(customers[3])
    session.expunge(customers[4])
    session.add_all(Tag(name="new %d" % i) for i in range(10))
    nested = other.begin_nested()
    other.add(Tag(name="t1"))
    try:
        other.flush()
    except sa.exc.IntegrityError as e:
        kept.append(e)
    meta = sa.MetaData()
    meta.reflect(engine)
    return [kept, customers, nested, meta, before, loaded, seen,
            sa.inspect(customers[0]), sa.inspect(Customer),
            sa.inspect(engine), session.new, session.dirty, session.deleted]
