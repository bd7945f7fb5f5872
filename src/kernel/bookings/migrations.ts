import type { Migrations } from '../../core/migrate.ts'

/**
 * Places that can be booked. A booking takes one seat of a slot for a span of time: a hold until it
 * expires, a booking for ever, a cancelled one until then. The database refuses two at once, so an
 * expired hold frees its seat by the clock alone and nothing is ever overbooked.
 */
export const bookingsMigrations: Migrations = {
  schema: 'bookings',
  steps: {
    '001-places': `
      create table bookings.venue (
        id text primary key,
        record uuid not null unique,
        service text not null,
        agency text not null references identity.agency,
        name_zh text not null,
        name_en text not null,
        address_zh text not null default '',
        address_en text not null default '',
        opened_on date not null,
        recorded_at timestamptz not null,
        closed_on date check (closed_on > opened_on),
        closed_recorded_at timestamptz,
        check ((closed_on is null) = (closed_recorded_at is null))
      );
      create table bookings.session (
        id text primary key,
        venue text not null references bookings.venue,
        weekday int not null check (weekday between 1 and 7),
        from_minute int not null check (from_minute between 0 and 1439),
        to_minute int not null check (to_minute > from_minute and to_minute <= 1440),
        slot_minutes int not null check (slot_minutes between 5 and 1440),
        capacity int not null check (capacity between 1 and 999),
        valid_from date not null,
        valid_to date check (valid_to > valid_from)
      );
      create table bookings.provider (
        id uuid primary key,
        service text not null,
        code text not null,
        name text not null,
        active boolean not null default true,
        unique (service, code)
      );
      create table bookings.duty (
        session text not null references bookings.session,
        date date not null,
        seat int not null check (seat between 1 and 999),
        provider uuid references bookings.provider,
        primary key (session, date, seat)
      );
      create unique index on bookings.duty (session, date, provider);
      create index on bookings.duty (provider, date);
      create table bookings.slot (
        id bigint generated always as identity primary key,
        session text not null references bookings.session,
        venue text not null references bookings.venue,
        date date not null,
        starts_at timestamptz not null,
        ends_at timestamptz not null check (ends_at > starts_at),
        capacity int not null check (capacity between 1 and 999),
        closed_zh text,
        closed_en text,
        unique (session, starts_at),
        unique (id, capacity),
        check ((closed_zh is null) = (closed_en is null))
      );
      create index on bookings.slot (venue, starts_at);
      grant select, insert, update on all tables in schema bookings to takao_app;`,
    '002-bookings': `
      create sequence bookings.number;
      create table bookings.booking (
        id uuid primary key,
        no text not null unique,
        secret_hash text not null,
        service text not null,
        venue text not null references bookings.venue,
        agency text not null references identity.agency,
        slot bigint not null,
        seat int not null check (seat >= 1 and seat <= capacity),
        capacity int not null,
        place int8range not null
          generated always as (int8range(slot * 1000 + seat, slot * 1000 + seat + 1)) stored,
        taken tstzrange not null,
        state text not null
          check (state in ('held', 'booked', 'attended', 'no-show', 'cancelled')),
        channel text not null check (channel in ('web', 'desk', 'walk-in', 'offer')),
        name text,
        phone text,
        email text,
        locale text not null default 'zh' check (locale in ('zh', 'en')),
        people int not null default 1 check (people between 1 and 20),
        persons text[] not null default '{}',
        provider uuid references bookings.provider,
        topic text,
        made_at timestamptz not null,
        arrived_at timestamptz,
        ended_at timestamptz,
        recorded_at timestamptz,
        reminded_at timestamptz,
        annulled_at timestamptz,
        annul_reason text,
        foreign key (slot, capacity) references bookings.slot (id, capacity),
        exclude using gist (place with &&, taken with &&),
        check ((state in ('held', 'booked')) = (ended_at is null)),
        check ((state = 'attended') = (recorded_at is not null)),
        check ((annulled_at is null) = (annul_reason is null))
      );
      create index on bookings.booking (slot);
      create index on bookings.booking (venue, made_at desc);
      create index on bookings.booking using gin (persons);
      create function bookings.keep() returns trigger language plpgsql as $$
        declare may_change text[] := array['annulled_at', 'annul_reason'];
        begin
          if tg_op = 'DELETE' then raise exception 'bookings are never deleted'; end if;
          if old.annulled_at is not null
            or (old.state = 'attended'
              and (to_jsonb(new) - may_change) <> (to_jsonb(old) - may_change))
          then raise exception 'what was attended can only be annulled'; end if;
          return new;
        end $$;
      create trigger append_only before update or delete on bookings.booking
        for each row execute function bookings.keep();
      alter table bookings.booking enable row level security;
      create policy see on bookings.booking to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies())
        or secret_hash = any (core.secrets())
        or id::text = current_setting('takao.record', true)) with check (true);
      grant select, insert, update on bookings.booking to takao_app;
      create view bookings.seat as select slot, seat, taken from bookings.booking;
      create view bookings.counted as
        select b.id, b.service, b.venue, b.topic, b.channel, s.starts_at, b.state, b.ended_at,
          b.recorded_at, b.annulled_at
        from bookings.booking b join bookings.slot s on s.id = b.slot;
      create function bookings.visits_of(of_service text, of_persons text[])
        returns table (no text, state text, starts_at timestamptz, taken tstzrange)
        language sql stable security definer set search_path = bookings
        as $$ select b.no, b.state, s.starts_at, b.taken
          from bookings.booking b join bookings.slot s on s.id = b.slot
          where b.service = of_service and b.persons && of_persons and b.annulled_at is null $$;
      grant select on bookings.seat, bookings.counted to takao_app;
      grant execute on function bookings.visits_of to takao_app;`,
    '003-waiting': `
      create table bookings.waiting (
        id uuid primary key,
        no text not null unique,
        secret_hash text not null,
        service text not null,
        venue text not null references bookings.venue,
        agency text not null references identity.agency,
        date date not null,
        name text not null,
        phone text not null,
        email text,
        locale text not null check (locale in ('zh', 'en')),
        persons text[] not null,
        joined_at timestamptz not null,
        position int generated always as identity,
        offers int not null default 0,
        booking uuid references bookings.booking,
        left_at timestamptz
      );
      create index on bookings.waiting (venue, date, position);
      create unique index one_place on bookings.waiting (venue, date, persons)
        where left_at is null;
      alter table bookings.waiting enable row level security;
      create policy see on bookings.waiting to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies())
        or secret_hash = any (core.secrets())
        or id::text = current_setting('takao.record', true)) with check (true);
      grant select, insert, update on bookings.waiting to takao_app;
      create function bookings.position_of(of_waiting uuid) returns int
        language sql stable security definer set search_path = bookings
        as $$ select count(*)::int
          from bookings.waiting me join bookings.waiting w
            on w.venue = me.venue and w.date = me.date and w.position <= me.position
          left join bookings.booking b on b.id = w.booking
          where me.id = of_waiting and w.left_at is null
            and coalesce(b.state, 'held') not in ('booked', 'attended', 'no-show') $$;
      grant execute on function bookings.position_of to takao_app;
      grant usage on all sequences in schema bookings to takao_app;`,
  },
}
