/**
 * When the person behind a session was last asked to confirm; links to set a new password; and
 * requests that a registered phone answers.
 */
export const keySteps: Readonly<Record<string, string>> = {
  '003-keys': `
    alter table identity.session add column proven_at timestamptz;
    create table identity.reset (
      token bytea primary key,
      account uuid not null references identity.account,
      expires_at timestamptz not null,
      used_at timestamptz
    );
    create index on identity.reset (expires_at);
    create table identity.approval (
      id uuid primary key,
      account uuid not null references identity.account,
      attempt text not null,
      system_zh text not null,
      system_en text not null,
      agent text not null,
      network text not null,
      number int not null,
      choices int[] not null,
      challenge text not null,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      answer text check (answer in ('approved', 'denied')),
      credential uuid references identity.credential,
      verified boolean not null default false,
      answered_at timestamptz,
      used_at timestamptz
    );
    create index on identity.approval (account, created_at);
    create index on identity.approval (expires_at);
    alter table identity.approval enable row level security;
    create policy own on identity.approval to takao_app
      using (core.scope() = 'city' or account::text = core.person())
      with check (core.scope() = 'city' or account::text = core.person());
    grant select, insert, update, delete on identity.reset, identity.approval to takao_app;`,
}
