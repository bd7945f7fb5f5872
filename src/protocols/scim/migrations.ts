import type { Migrations } from '../../core/migrate.ts'

/** Whom a directory deleted; whom we told other systems of, and how that went. */
export const scimMigrations: Migrations = {
  schema: 'scim',
  steps: {
    '001-removed': `
      create table scim.removed (
        staff uuid primary key references identity.staff,
        at timestamptz not null
      );
      alter table scim.removed enable row level security;
      create policy known on scim.removed to takao_app
        using (core.scope() = 'city') with check (core.scope() = 'city');
      grant select, insert, update on scim.removed to takao_app;`,
    '002-deliveries': `
      create table scim.told (
        system text not null references single_sign_on.system,
        staff uuid not null references identity.staff,
        remote_id text,
        busy_until timestamptz,
        primary key (system, staff)
      );
      create table scim.delivery (
        id uuid primary key,
        system text not null,
        staff uuid not null,
        noted_at timestamptz not null,
        tries int not null default 0,
        delivered_at timestamptz,
        last_error text,
        given_up_at timestamptz,
        foreign key (system, staff) references scim.told
      );
      create index on scim.delivery (system, noted_at desc);
      alter table scim.told enable row level security;
      alter table scim.delivery enable row level security;
      create policy known on scim.told to takao_app
        using (core.scope() = 'city') with check (core.scope() = 'city');
      create policy known on scim.delivery to takao_app
        using (core.scope() = 'city') with check (core.scope() = 'city');
      grant select, insert, update on scim.told, scim.delivery to takao_app;`,
  },
}
