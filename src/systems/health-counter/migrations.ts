import type { Migrations } from '../../core/migrate.ts'

/** The health desk: its hours, and one line for each service. Nobody is in it. */
export const healthCounterMigrations: Migrations = {
  schema: 'health_counter',
  steps: {
    '001-service': `
      create table health_counter.opening_hours (
        id uuid primary key,
        weekday int not null check (weekday between 1 and 7),
        from_minute int not null check (from_minute between 0 and 1439),
        to_minute int not null check (to_minute > from_minute and to_minute <= 1440),
        valid_from date not null,
        recorded_at timestamptz not null
      );
      create table health_counter.service (
        id uuid primary key,
        kind text not null,
        agency text not null references identity.agency,
        served_at timestamptz not null,
        outside_reason text,
        recorded_at timestamptz not null,
        annulled_at timestamptz,
        annul_reason text,
        check ((annulled_at is null) = (annul_reason is null))
      );
      create index on health_counter.service (served_at);
      create function health_counter.keep() returns trigger language plpgsql as $$
        declare may_change text[] := array['annulled_at', 'annul_reason'];
        begin
          if tg_op = 'DELETE' then raise exception 'services are append-only'; end if;
          if old.annulled_at is not null
            or (to_jsonb(new) - may_change) <> (to_jsonb(old) - may_change)
          then raise exception 'a service can only be annulled'; end if;
          return new;
        end $$;
      create trigger append_only before update or delete on health_counter.service
        for each row execute function health_counter.keep();
      alter table health_counter.service enable row level security;
      create policy see on health_counter.service to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies())) with check (true);
      grant select, insert, update on health_counter.service to takao_app;
      grant select, insert, update on health_counter.opening_hours to takao_app;
      create view health_counter.counted as
        select id, kind, agency, served_at, recorded_at, annulled_at
        from health_counter.service;
      grant select on health_counter.counted to takao_app;`,
  },
}
