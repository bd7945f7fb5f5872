import type { Migrations } from '../../core/migrate.ts'

/** What the provider keeps: codes, tokens, sessions by digests of their ids; its signing keys. */
export const oidcMigrations: Migrations = {
  schema: 'oidc',
  steps: {
    '001-provider': `
      create table oidc.entity (
        model text not null,
        id bytea not null,
        payload jsonb not null,
        grant_id text,
        uid text,
        user_code text,
        account_id text,
        expires_at timestamptz,
        consumed_at timestamptz,
        primary key (model, id)
      );
      create index on oidc.entity (grant_id) where grant_id is not null;
      create index on oidc.entity (uid) where uid is not null;
      create unique index on oidc.entity (user_code) where user_code is not null;
      create index on oidc.entity (account_id) where account_id is not null;
      create index on oidc.entity (expires_at);
      create table oidc.key (
        kid text primary key,
        alg text not null,
        sealed text not null,
        published_at timestamptz not null,
        signs_from timestamptz not null,
        signs_to timestamptz,
        removed_at timestamptz
      );
      create table oidc.logout (
        id uuid primary key,
        system text not null,
        account uuid not null,
        sid text not null,
        ended_at timestamptz not null,
        tries int not null default 0,
        delivered_at timestamptz,
        last_error text,
        given_up_at timestamptz
      );
      create index on oidc.logout (system, ended_at desc);
      alter table oidc.logout enable row level security;
      create policy known on oidc.logout to takao_app
        using (core.scope() = 'city') with check (core.scope() = 'city');
      grant select, insert, update, delete on oidc.entity to takao_app;
      grant select, insert, update on oidc.key, oidc.logout to takao_app;`,
  },
}
