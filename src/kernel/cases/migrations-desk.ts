/**
 * What a desk adds to a case: parts and merges, other agencies asked, who follows it, what came in
 * by telephone, chat or letter, and who looked at a secret identity.
 */
export const deskTables = `
  alter table cases.case
    add column parent uuid references cases.case,
    add column merged_into uuid references cases.case,
    add column state_before text,
    add column assigned_at timestamptz,
    add column visited_at timestamptz,
    add column decided boolean not null default false,
    add column joint text[] not null default '{}',
    add column joint_open text[] not null default '{}',
    add column outside text references identity.agency,
    add column outside_hash text,
    add column pending jsonb;
  update cases.case set assigned_at = received_at;
  create index on cases.case (parent) where parent is not null;
  create index on cases.case (merged_into) where merged_into is not null;
  create index on cases.case using gin (joint) where joint <> '{}';

  alter table cases.clock
    add column alert_level int not null default 0,
    add column next_alert timestamptz;
  create index on cases.clock (next_alert) where next_alert is not null;

  create table cases.follower (
    id uuid primary key,
    case_id uuid not null references cases.case on delete cascade,
    source text not null check (source in ('me-too', 'merged')),
    name text,
    phone text,
    email text,
    locale text not null default 'zh',
    joined_at timestamptz not null,
    merged_from uuid references cases.case,
    left_at timestamptz
  );
  create index on cases.follower (case_id) where left_at is null;
  create unique index one_per_address on cases.follower (case_id, lower(email))
    where left_at is null and source = 'me-too';

  create table cases.interaction (
    id uuid primary key,
    case_id uuid references cases.case on delete cascade,
    kind text not null check (kind in ('call', 'chat', 'mail', 'fax', 'letter', 'oral')),
    reference text not null,
    at timestamptz not null,
    summary text not null default '',
    lines jsonb not null default '[]',
    kept_by text not null,
    dismissed_at timestamptz,
    unique (kind, reference)
  );
  create index on cases.interaction (case_id, at);
  create index on cases.interaction (at) where case_id is null and dismissed_at is null;

  create table cases.look (
    id uuid primary key,
    case_id uuid not null references cases.case on delete cascade,
    person text not null,
    agency text,
    reason text not null,
    at timestamptz not null,
    judged_at timestamptz,
    judged_by text,
    judged text check (judged in ('needed', 'questioned'))
  );
  create index on cases.look (case_id, at desc);

  create table cases.template (
    id uuid primary key,
    kind text not null,
    step text not null,
    agency text references identity.agency,
    title text not null,
    body text not null,
    changed_at timestamptz not null,
    retired_at timestamptz
  );
  create index on cases.template (kind, step) where retired_at is null;

  create table cases.survey (
    case_id uuid primary key references cases.case on delete cascade,
    sampled_at timestamptz not null,
    closed_at timestamptz not null,
    answered_at timestamptz,
    score int check (score between 1 and 5),
    words text not null default ''
  );`

const mine = `core.scope() = 'city' or agency = any (core.agencies())
    or joint && core.agencies()
    or (assignee = core.person() and assignee <> '') or secret_hash = any (core.secrets())
    or outside_hash = any (core.secrets())
    or id::text = current_setting('takao.record', true)`

const child = (name: string) => `
  alter table cases.${name} enable row level security;
  create policy follow_case on cases.${name} to takao_app
    using (exists (select from cases.case c where c.id = case_id))
    with check (exists (select from cases.case c where c.id = case_id));
  grant select, insert, update on cases.${name} to takao_app;`

/**
 * Who is secret stays secret in the database too: the row of a confidential case's person is there
 * for its holder, and for a transaction that says which case it acts on (\`takao.party\`).
 */
export const deskSecurity = `
  drop policy see on cases.case;
  drop policy work on cases.case;
  create policy see on cases.case for select to takao_app using (${mine});
  create policy work on cases.case for update to takao_app using (${mine}) with check (true);
  ${['follower', 'look', 'survey'].map(child).join('\n')}

  alter table cases.interaction enable row level security;
  create policy see on cases.interaction to takao_app using (
    core.scope() = 'city' or (case_id is null and kept_by = core.person())
    or id::text = current_setting('takao.interaction', true)
    or exists (select from cases.case c where c.id = case_id)) with check (true);
  grant select, insert, update on cases.interaction to takao_app;

  alter table cases.template enable row level security;
  create policy see on cases.template to takao_app using (
    core.scope() = 'city' or agency is null or agency = any (core.agencies()))
    with check (core.scope() = 'city' or agency = any (core.agencies()));
  grant select, insert, update on cases.template to takao_app;

  drop policy follow_case on cases.party;
  create policy keep on cases.party for insert to takao_app
    with check (exists (select from cases.case c where c.id = case_id));
  create policy see on cases.party for select to takao_app using (
    exists (select from cases.case c where c.id = case_id and (not c.confidential
      or c.secret_hash = any (core.secrets())
      or c.id::text = current_setting('takao.party', true))));
  create policy mend on cases.party for update to takao_app using (
    exists (select from cases.case c where c.id = case_id));`

/**
 * The cases bound to the one in hand, without words or people: an agency sees that a part of its
 * case lies elsewhere and how far it is.
 */
export const deskRelated = `
  create function cases.related(id uuid)
  returns table (no text, kind text, item text, state text, open boolean, agency text, how text)
  language sql stable security definer set search_path = pg_catalog as $$
    select c.no, c.kind, c.item, c.state, c.open, c.agency,
      case when c.id = me.parent then 'whole' when c.parent = me.id then 'part'
        when c.id = me.merged_into then 'merged-into' else 'merged' end
    from cases.case me, cases.case c
    where me.id = related.id and me.id::text = current_setting('takao.record', true)
      and (c.id = me.parent or c.parent = me.id or c.id = me.merged_into
        or c.merged_into = me.id)
    order by 7, c.no
  $$;
  revoke all on function cases.related from public;
  grant execute on function cases.related to takao_app;`

/**
 * Open public cases near a point, for who is about to report the same: number, kind, distance, the
 * share of the new report's bigrams that it holds, and how many said it too. No words, no people.
 */
export const deskNearby = `
  create function cases.nearby(
    kinds text[], items text[], at_lon double precision, at_lat double precision,
    metres double precision, since timestamptz, words text[]
  ) returns table (no text, kind text, item text, state text, agency text,
    received_at timestamptz, next_due timestamptz, metres_away double precision,
    alike double precision, others bigint)
  language sql stable security definer set search_path = pg_catalog as $$
    select c.no, c.kind, c.item, c.state, c.agency, c.received_at, c.next_due, d.away,
      coalesce((select count(*)::float8 from unnest(c.grams) g where g = any (words))
        / nullif(cardinality(words), 0), 0),
      (select count(*) from cases.follower f where f.case_id = c.id and f.left_at is null)
    from cases.case c,
      lateral (select 2 * 6371008.8 * asin(sqrt(power(sin(radians(c.lat - at_lat) / 2), 2)
        + cos(radians(at_lat)) * cos(radians(c.lat))
          * power(sin(radians(c.lon - at_lon) / 2), 2))) as away) d
    where c.open and c.public and not c.confidential and c.merged_into is null
      and c.kind = any (kinds) and c.item = any (items) and c.received_at >= since
      and point(c.lon, c.lat) <@ box(
        point(at_lon - metres / (111195.0 * cos(radians(at_lat))), at_lat - metres / 111195.0),
        point(at_lon + metres / (111195.0 * cos(radians(at_lat))), at_lat + metres / 111195.0))
      and d.away <= metres
    order by d.away limit 10
  $$;
  create function cases.leave(which uuid, moment timestamptz) returns void
  language sql security definer set search_path = pg_catalog as $$
    update cases.follower set left_at = moment where id = which and left_at is null
  $$;
  revoke all on function cases.leave from public;
  grant execute on function cases.leave to takao_app;
  create function cases.public_id(number text) returns uuid
  language sql stable security definer set search_path = pg_catalog as $$
    select id from cases.case
    where no = number and public and not confidential and state <> 'annulled'
  $$;
  revoke all on function cases.public_id from public;
  grant execute on function cases.public_id to takao_app;
  revoke all on function cases.nearby from public;
  grant execute on function cases.nearby to takao_app;`

/** Who wants to hear of new public cases in a district, once a day, after saying so twice. */
export const areaWatch = `
  create table cases.area_watch (
    id uuid primary key,
    kind text not null,
    district text not null,
    email text not null,
    locale text not null default 'zh',
    asked_at timestamptz not null,
    confirmed_at timestamptz,
    stopped_at timestamptz,
    sent_until timestamptz not null
  );
  create index on cases.area_watch (kind, district)
    where confirmed_at is not null and stopped_at is null;
  alter table cases.area_watch enable row level security;
  create policy see on cases.area_watch to takao_app using (
    core.scope() = 'city' or id::text = current_setting('takao.watch', true)) with check (true);
  grant select, insert, update on cases.area_watch to takao_app;`

/** The steps of public cases as others may follow them: what and when, no words and no people. */
export const publicUpdates = `
  create view cases.public_update as
    select c.no, c.kind, e.seq, e.type, e.at,
      (select jsonb_object_agg(k, v) from jsonb_each(e.data) as d(k, v)
        where k in ('state', 'agency', 'from', 'outside', 'decided', 'into', 'other', 'item',
          'outcome', 'finding')) as data
    from cases.case c join core.event e on e.record = c.id
    where c.public and not c.confidential and c.state <> 'annulled';
  grant select on cases.public_update to takao_app;`

/** How pressing a case is; the type lists the most pressing first, and so do inboxes. */
export const priority = `
  create type cases.priority as enum ('urgent', 'high', 'normal');
  alter table cases.case add column priority cases.priority not null default 'normal';`

/** What someone wants to look at on site: a list of their own that nobody else reads. */
export const round = `
  create table cases.round (
    person text not null,
    case_id uuid not null references cases.case on delete cascade,
    added_at timestamptz not null,
    primary key (person, case_id)
  );
  create index on cases.round (case_id);
  alter table cases.round enable row level security;
  create policy own on cases.round to takao_app
    using (core.scope() = 'city' or (person = core.person() and person <> ''))
    with check (person = core.person());
  grant select, insert, delete on cases.round to takao_app;`

/** A call or a chat that led to a booking belongs to it, and to nobody who may not see that. */
export const interactionBooking = `
  alter table cases.interaction
    add column booking uuid references bookings.booking,
    add check (case_id is null or booking is null);
  create index on cases.interaction (booking) where booking is not null;
  drop policy see on cases.interaction;
  create policy see on cases.interaction to takao_app using (
    core.scope() = 'city'
    or (case_id is null and booking is null and kept_by = core.person())
    or id::text = current_setting('takao.interaction', true)
    or exists (select from cases.case c where c.id = case_id)
    or exists (select from bookings.booking b where b.id = booking)) with check (true);`
