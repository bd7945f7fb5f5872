import type { Migrations } from '../../core/migrate.ts'

/** Whom a directory deleted. */
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
  },
}
