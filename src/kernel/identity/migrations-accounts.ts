/**
 * One account for citizens and staff, its credentials, what a session has proven, and why each
 * sign-in has its level. Secrets are sealed or hashed; outside identifiers are keyed digests.
 */
export const accountSteps: Readonly<Record<string, string>> = {
  '002-accounts': `
    create table identity.account (
      id uuid primary key,
      kind text not null check (kind in ('citizen', 'staff')),
      login text unique check (login = lower(login)),
      name text not null default '',
      email text,
      email_verified_at timestamptz,
      locale text not null default 'zh' check (locale in ('zh', 'en')),
      identity_level int not null default 1 check (identity_level between 1 and 3),
      created_at timestamptz not null,
      closed_at timestamptz
    );
    create unique index on identity.account (lower(email))
      where email_verified_at is not null and closed_at is null;
    insert into identity.account (id, kind, login, name, email, created_at)
      select id, 'staff', login, name, email, now() from identity.staff;
    create table identity.credential (
      id uuid primary key,
      account uuid not null references identity.account,
      method text not null,
      lookup bytea,
      data jsonb not null,
      label text not null default '',
      created_at timestamptz not null,
      used_at timestamptz,
      ended_at timestamptz
    );
    create unique index on identity.credential (method, lookup) where ended_at is null;
    create index on identity.credential (account);
    insert into identity.credential (id, account, method, data, created_at)
      select gen_random_uuid(), id, 'password', jsonb_build_object('hash', password_hash), now()
      from identity.staff;
    alter table identity.staff drop column password_hash, drop column failures,
      drop column locked_until;
    alter table identity.staff add foreign key (id) references identity.account;
    alter table identity.session rename column staff to account;
    alter table identity.session drop constraint session_staff_fkey;
    alter table identity.session add foreign key (account) references identity.account;
    alter table identity.session add column id uuid not null default gen_random_uuid(),
      add column sid text,
      add column agent text not null default '', add column level int not null default 1;
    create index on identity.session (account);
    create index on identity.session (sid);
    create table identity.proof (
      id uuid primary key,
      session text not null,
      account uuid not null references identity.account,
      method text not null,
      credential uuid not null references identity.credential,
      facts jsonb not null,
      at timestamptz not null
    );
    create index on identity.proof (session);
    create index on identity.proof (account, at);
    create table identity.attempt (
      id text primary key,
      account uuid references identity.account,
      state jsonb not null,
      expires_at timestamptz not null
    );
    create index on identity.attempt (expires_at);
    create table identity.sign_in (
      id uuid primary key,
      account uuid references identity.account,
      system text not null,
      agency text not null,
      session text,
      at timestamptz not null,
      recorded_at timestamptz not null,
      annulled_at timestamptz,
      annul_reason text,
      outcome text not null check (outcome in ('granted', 'refused')),
      level int not null check (level between 0 and 4),
      why jsonb not null,
      signed text not null
    );
    create index on identity.sign_in (account, at desc);
    create index on identity.sign_in (system, at desc);
    create table identity.device (
      account uuid not null references identity.account,
      device bytea not null,
      first_at timestamptz not null,
      last_at timestamptz not null,
      primary key (account, device)
    );
    create table identity.tries (
      key bytea primary key,
      failures int not null,
      until timestamptz not null
    );
    create index on identity.tries (until);
    alter table identity.account enable row level security;
    alter table identity.credential enable row level security;
    alter table identity.proof enable row level security;
    alter table identity.device enable row level security;
    create policy own on identity.device to takao_app
      using (core.scope() = 'city' or account::text = core.person())
      with check (core.scope() = 'city' or account::text = core.person());
    alter table identity.sign_in enable row level security;
    create policy own on identity.account to takao_app
      using (core.scope() = 'city' or id::text = core.person())
      with check (core.scope() = 'city' or id::text = core.person());
    create policy own on identity.credential to takao_app
      using (core.scope() = 'city' or account::text = core.person())
      with check (core.scope() = 'city' or account::text = core.person());
    create policy own on identity.proof to takao_app
      using (core.scope() = 'city' or account::text = core.person())
      with check (core.scope() = 'city' or account::text = core.person());
    create policy own on identity.sign_in to takao_app
      using (core.scope() = 'city' or account::text = core.person()
        or agency = any (core.agencies()))
      with check (core.scope() = 'city');
    grant select, insert, update on identity.account, identity.credential, identity.sign_in
      to takao_app;
    grant select, insert, update, delete on identity.proof, identity.attempt, identity.tries,
      identity.device
      to takao_app;
    create view identity.counted_sign_in as
      select id, system, agency, at, level, recorded_at, annulled_at
      from identity.sign_in where outcome = 'granted';
    grant select on identity.counted_sign_in to takao_app;`,
  '010-browser-of-sign-in': `
    alter table identity.sign_in add column agent text not null default '';`,
}
