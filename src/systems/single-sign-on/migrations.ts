import type { Migrations } from '../../core/migrate.ts'

/** The systems that sign in through the city, and the methods that are offered since when. */
export const singleSignOnMigrations: Migrations = {
  schema: 'single_sign_on',
  steps: {
    '001-systems': `
      create table single_sign_on.system (
        id text primary key check (id ~ '^[a-z0-9-]{2,60}$'),
        record uuid not null unique,
        agency text not null references identity.agency,
        name_zh text not null,
        name_en text not null,
        purpose_zh text not null,
        purpose_en text not null,
        audience text not null check (audience in ('citizens', 'staff', 'both')),
        rating text not null check (rating in ('basic', 'medium', 'high')),
        state text not null check (state in ('proposed', 'live', 'suspended', 'ended')),
        level int not null check (level between 1 and 4),
        identity_level int not null check (identity_level between 1 and 3),
        max_age int check (max_age > 0),
        methods text[],
        pending jsonb,
        metadata jsonb not null,
        sealed_secret text,
        proposed_by text not null,
        proposed_at timestamptz not null,
        approved_by text,
        live_from timestamptz,
        ended_at timestamptz,
        recorded_at timestamptz not null
      );
      create table single_sign_on.method (
        code text primary key,
        enabled_from timestamptz not null,
        enabled_to timestamptz,
        registers boolean not null
      );
      alter table single_sign_on.system enable row level security;
      create policy known on single_sign_on.system for select to takao_app
        using (core.scope() = 'city' or agency = any (core.agencies()));
      create policy propose on single_sign_on.system for insert to takao_app
        with check (core.scope() = 'city' or agency = any (core.agencies()));
      create policy change on single_sign_on.system for update to takao_app
        using (core.scope() = 'city' or agency = any (core.agencies()));
      grant select, insert, update on single_sign_on.system, single_sign_on.method to takao_app;
      create function single_sign_on.relying(wanted text) returns single_sign_on.system
        language sql stable security definer set search_path = ''
        return (select s from single_sign_on.system s where s.id = wanted);
      revoke all on function single_sign_on.relying(text) from public;
      grant execute on function single_sign_on.relying(text) to takao_app;
      create view single_sign_on.counted as
        select id, agency, audience, rating, level, live_from, ended_at, recorded_at
        from single_sign_on.system where live_from is not null;
      grant select on single_sign_on.counted to takao_app;`,
    '002-scim': `
      alter table single_sign_on.system add column sealed_scim text;`,
  },
}
