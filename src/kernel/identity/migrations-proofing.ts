/**
 * How sure it is who stands behind an account, and since when: by a certificate, or by a document
 * that two officers saw. Rows are never changed to say something else; they end or are replaced.
 * A code lets an officer find the one account of whoever stands at the counter.
 */
export const proofingSteps = {
  '021-proofing': `
    create table identity.proofing (
      id uuid primary key,
      account uuid not null references identity.account,
      level int not null check (level between 2 and 3),
      how text not null check (how in ('certificate', 'counter')),
      evidence jsonb not null,
      subject bytea,
      first_by text not null,
      first_at timestamptz not null,
      second_by text check (second_by <> first_by),
      at timestamptz,
      ended_at timestamptz,
      ended_why text check (ended_why in ('replaced', 'declined', 'late')),
      replaced_by uuid references identity.proofing,
      check (how <> 'counter' or at is null or second_by is not null),
      check ((ended_at is null) = (ended_why is null))
    );
    create index on identity.proofing (account, first_at);
    create unique index on identity.proofing (account) where at is null and ended_at is null;
    create table identity.proofing_code (
      account uuid primary key references identity.account,
      code bytea not null unique,
      expires_at timestamptz not null,
      claimed_by text
    );
    create index on identity.proofing_code (expires_at);
    alter table identity.proofing enable row level security;
    alter table identity.proofing_code enable row level security;
    create policy own on identity.proofing to takao_app
      using (core.scope() = 'city' or account::text = core.person())
      with check (core.scope() = 'city' or account::text = core.person());
    create policy own on identity.proofing_code to takao_app
      using (core.scope() = 'city' or account::text = core.person())
      with check (core.scope() = 'city' or account::text = core.person());
    grant select, insert, update on identity.proofing to takao_app;
    grant select, insert, update, delete on identity.proofing_code to takao_app;`,
}
