import type { Migrations } from '../../core/migrate.ts'

/** Enquiries answered at the counter or on the telephone. Nobody is named in them. */
export const enquiriesMigrations: Migrations = {
  schema: 'enquiries',
  steps: {
    '001-enquiry': `
      create table enquiries.enquiry (
        id uuid primary key,
        topic text not null,
        agency text not null references identity.agency,
        channel text not null check (channel in ('counter', 'phone')),
        question text not null,
        answer text not null default '',
        answered boolean not null,
        seconds int check (seconds >= 0),
        operator text not null,
        answered_at timestamptz not null,
        recorded_at timestamptz not null,
        annulled_at timestamptz,
        annul_reason text,
        grams text[] not null,
        check ((annulled_at is null) = (annul_reason is null))
      );
      create index on enquiries.enquiry (answered_at);
      create index on enquiries.enquiry using gin (grams);
      create function enquiries.keep() returns trigger language plpgsql as $$
        declare may_change text[] := array['annulled_at', 'annul_reason'];
        begin
          if tg_op = 'DELETE' then raise exception 'enquiries are append-only'; end if;
          if old.annulled_at is not null
            or (to_jsonb(new) - may_change) <> (to_jsonb(old) - may_change)
          then raise exception 'an enquiry can only be annulled'; end if;
          return new;
        end $$;
      create trigger append_only before update or delete on enquiries.enquiry
        for each row execute function enquiries.keep();
      alter table enquiries.enquiry enable row level security;
      create policy see on enquiries.enquiry to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies()) or operator = core.person()
      ) with check (true);
      grant select, insert, update on enquiries.enquiry to takao_app;
      create view enquiries.counted as
        select id, topic, agency, channel, answered_at, recorded_at, annulled_at
        from enquiries.enquiry;
      grant select on enquiries.counted to takao_app;`,
    '002-article': `
      alter table enquiries.enquiry add column article text;`,
  },
}
