/** Challenges that cards sign, and what issuers answered. No personal data stands in either. */
export const certificateSteps = {
  '020-certificate': `
    create table identity.challenge (
      id uuid primary key,
      purpose text not null,
      text text not null,
      session bytea not null,
      expires_at timestamptz not null,
      consumed_at timestamptz
    );
    create index on identity.challenge (expires_at);
    create table identity.certificate_answer (
      key bytea primary key,
      status text not null check (status in ('good', 'revoked')),
      this_update timestamptz not null,
      next_update timestamptz not null,
      source text not null
    );
    create index on identity.certificate_answer (next_update);
    create table identity.certificate_list (
      key bytea primary key,
      this_update timestamptz not null,
      next_update timestamptz not null,
      serials text[] not null,
      source text not null
    );
    create index on identity.certificate_list (next_update);
    grant select, insert, update, delete on identity.challenge, identity.certificate_answer,
      identity.certificate_list to takao_app;`,
}
