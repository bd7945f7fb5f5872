/** Calls as they happen: exchanges that tell of them, who is called, how operators stand. */
export const liveMigration = `
  alter table call_centre.call
    add column interaction uuid,
    add column offered text[] not null default '{}',
    add column cause text;
  create index on call_centre.call (queue, began_at) where ended_at is null;

  create table call_centre.exchange (
    id uuid primary key,
    name text not null check (name ~ '^[a-z0-9-]{2,40}$'),
    token_hash text not null unique check (length(token_hash) = 64),
    issued_at timestamptz not null,
    ended_at timestamptz
  );
  alter table call_centre.exchange enable row level security;
  create policy known on call_centre.exchange to takao_app
    using (core.scope() = 'city' or token_hash = any (core.secrets()))
    with check (core.scope() = 'city');
  grant select, insert, update on call_centre.exchange to takao_app;

  create function call_centre.national(phone text) returns text
  language sql immutable strict parallel safe
    return ltrim(regexp_replace(regexp_replace(regexp_replace(phone,
      '[#＃,轉x].*$', ''), '[^0-9]', '', 'g'), '^(00|002)?886', ''), '0');
  create index party_national on cases.party (call_centre.national(phone))
    where phone is not null;
  create function call_centre.cases_with(number text) returns setof uuid
  language sql stable security definer set search_path = pg_catalog as $$
    select p.case_id from cases.party p join cases.case c on c.id = p.case_id
    where call_centre.national(p.phone) = number and p.phone is not null and not c.confidential
    order by c.received_at desc limit 20
  $$;
  revoke all on function call_centre.cases_with from public;
  grant execute on function call_centre.cases_with, call_centre.national to takao_app;

  create table call_centre.caller (
    digest text not null,
    case_id uuid not null references cases.case on delete cascade,
    primary key (digest, case_id)
  );
  alter table call_centre.caller enable row level security;
  create policy see on call_centre.caller to takao_app using (
    exists (select from cases.case c where c.id = case_id)) with check (true);
  grant select, insert on call_centre.caller to takao_app;`

const operators = (table: string) => `
  alter table call_centre.${table} enable row level security;
  create policy see on call_centre.${table} to takao_app using (
    core.scope() = 'city' or operator = core.person()) with check (true);
  grant select, insert, update on call_centre.${table} to takao_app;`

/** What operators do beside talking: their state, what became of a call, promised call-backs. */
export const deskMigration = `
  create table call_centre.operator_state (
    id uuid primary key,
    operator text not null,
    state text not null check (state in ('available', 'wrap-up', 'break', 'offline')),
    reason text not null default '',
    since timestamptz not null,
    until timestamptz check (until >= since)
  );
  create unique index on call_centre.operator_state (operator) where until is null;

  create table call_centre.wrap_up (
    call_id uuid primary key references call_centre.call,
    operator text not null,
    codes text[] not null check (cardinality(codes) > 0),
    notes text not null default '',
    at timestamptz not null
  );

  create table call_centre.call_back (
    id uuid primary key,
    call_id uuid references call_centre.call,
    operator text not null,
    name text not null,
    number text,
    due_at timestamptz not null,
    reason text not null,
    state text not null default 'open' check (state in ('open', 'done', 'failed')),
    note text not null default '',
    made_at timestamptz not null,
    ended_at timestamptz,
    check ((state = 'open') = (ended_at is null)),
    check ((state = 'open') = (number is not null))
  );
  create index on call_centre.call_back (due_at) where state = 'open';

  create table call_centre.call_back_try (
    id uuid primary key,
    call_back uuid not null references call_centre.call_back,
    operator text not null,
    at timestamptz not null,
    reached boolean not null,
    note text not null default ''
  );
  create index on call_centre.call_back_try (call_back, at);
  ${['operator_state', 'wrap_up', 'call_back', 'call_back_try'].map(operators).join('\n')}`
