import type { Migrations } from '../../core/migrate.ts'
import { certificateSteps } from './certificate/migrations.ts'
import { accountSteps } from './migrations-accounts.ts'
import { keySteps } from './migrations-keys.ts'
import { proofingSteps } from './migrations-proofing.ts'
import { staffSteps } from './migrations-staff.ts'

/** Agencies as a tree, staff, their roles, sessions. Personal data stays out of the event chain. */
export const identityMigrations: Migrations = {
  schema: 'identity',
  steps: {
    '001-identity': `
      create table identity.agency (
        id text primary key,
        name_zh text not null,
        name_en text not null,
        parent text references identity.agency,
        kind text not null,
        external boolean not null default false
      );
      create table identity.staff (
        id uuid primary key,
        login text not null unique check (login = lower(login)),
        name text not null,
        email text,
        agency text not null references identity.agency,
        password_hash text not null,
        failures int not null default 0,
        locked_until timestamptz,
        active boolean not null default true
      );
      create table identity.role_grant (
        staff uuid not null references identity.staff,
        role text not null,
        agency text not null references identity.agency,
        primary key (staff, role, agency)
      );
      create table identity.session (
        token_hash bytea primary key,
        staff uuid not null references identity.staff,
        created_at timestamptz not null,
        seen_at timestamptz not null,
        expires_at timestamptz not null
      );
      create index on identity.session (expires_at);
      grant select on identity.agency, identity.role_grant to takao_app;
      grant select, insert, update on identity.staff to takao_app;
      grant insert on identity.role_grant, identity.agency to takao_app;
      grant update on identity.agency to takao_app;
      grant select, insert, update, delete on identity.session to takao_app;`,
    ...accountSteps,
    ...keySteps,
    ...certificateSteps,
    ...proofingSteps,
    ...staffSteps,
  },
}
