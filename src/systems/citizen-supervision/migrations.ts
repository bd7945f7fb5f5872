import type { Migrations } from '../../core/migrate.ts'

/** The items in force and their times, as records: what the report says of them is counted here. */
export const supervisionMigrations: Migrations = {
  schema: 'supervision',
  steps: {
    '001-item': `
      create table supervision.item (
        code text not null,
        version int not null,
        category text not null,
        inspect_unit text not null,
        inspect_budget double precision not null,
        repair_unit text not null,
        repair_budget double precision not null,
        in_force_from timestamptz not null,
        in_force_to timestamptz,
        primary key (code, version)
      );
      grant select, insert, update on supervision.item to takao_app;`,
  },
}
