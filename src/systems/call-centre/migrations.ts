import type { Migrations } from '../../core/migrate.ts'
import { deskMigration, liveMigration } from './migrations-live.ts'

/** Calls of the 1999 line. A number is kept only as a keyed digest and its last three digits. */
export const callCentreMigrations: Migrations = {
  schema: 'call_centre',
  steps: {
    '001-call': `
      create table call_centre.call (
        id uuid primary key,
        source text not null,
        source_id text not null,
        direction text not null check (direction in ('in', 'out')),
        queue text not null default '',
        caller_digest text,
        caller_tail text,
        began_at timestamptz not null,
        answered_at timestamptz check (answered_at >= began_at),
        ended_at timestamptz check (ended_at >= began_at),
        outcome text not null
          check (outcome in ('ringing', 'answered', 'abandoned', 'overflowed')),
        operator text,
        recorded_at timestamptz not null,
        annulled_at timestamptz,
        annul_reason text,
        unique (source, source_id)
      );
      create index on call_centre.call (began_at);
      create index on call_centre.call (caller_digest, began_at desc);
      create table call_centre.import (
        id uuid primary key,
        at timestamptz not null,
        calls int not null,
        digest text not null
      );
      create table call_centre.service (
        id uuid primary key,
        opened_on date not null,
        recorded_at timestamptz not null
      );
      create table call_centre.opening_hours (
        weekday int primary key check (weekday between 1 and 7),
        from_minute int not null check (from_minute between 0 and 1439),
        to_minute int not null check (to_minute between 1 and 1440 and to_minute > from_minute),
        recorded_at timestamptz not null
      );
      alter table call_centre.call enable row level security;
      create policy see on call_centre.call to takao_app using (
        core.scope() = 'city' or operator = core.person()) with check (true);
      create view call_centre.counted as
        select id, direction, queue, outcome, began_at, answered_at, ended_at, recorded_at,
          annulled_at
        from call_centre.call;
      grant select, insert, update on call_centre.call to takao_app;
      grant select, insert on call_centre.import, call_centre.service, call_centre.opening_hours
        to takao_app;
      grant select on call_centre.counted to takao_app;`,
    '002-live': liveMigration,
    '003-desk': deskMigration,
  },
}
