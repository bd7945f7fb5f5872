import type { Migrations } from '../../core/migrate.ts'

/**
 * Frozen reports. The rows behind a figure are kept by their Merkle root, so that two figures over
 * the same records share them; a version names the root of each figure and has a root of its own.
 */
export const figuresMigrations: Migrations = {
  schema: 'figures',
  steps: {
    '001-freeze': `
      create table figures.evidence_set (
        root text primary key,
        rows int not null,
        at timestamptz not null
      );
      create table figures.evidence_row (
        root text not null references figures.evidence_set,
        n int not null,
        row text not null,
        primary key (root, n)
      );
      create table figures.version (
        id uuid primary key,
        period text not null,
        version int not null check (version > 0),
        as_of timestamptz not null,
        frozen_at timestamptz not null,
        frozen_by text not null,
        reason text not null,
        root text not null,
        document jsonb not null,
        unique (period, version)
      );
      create table figures.frozen (
        version_id uuid not null references figures.version,
        figure text not null,
        title_zh text not null,
        title_en text not null,
        unit text not null,
        system text not null,
        status text not null check (status in ('computed', 'external', 'not-yet')),
        value text,
        text_zh text not null,
        text_en text not null,
        from_at timestamptz,
        to_at timestamptz,
        rows int,
        root text references figures.evidence_set,
        sql text,
        hash text not null,
        primary key (version_id, figure)
      );
      create trigger append_only before update or delete or truncate on figures.evidence_row
        for each statement execute function core.refuse_change();
      create trigger append_only before update or delete or truncate on figures.version
        for each statement execute function core.refuse_change();
      create trigger append_only before update or delete or truncate on figures.frozen
        for each statement execute function core.refuse_change();
      grant select, insert on all tables in schema figures to takao_app;`,
  },
}
