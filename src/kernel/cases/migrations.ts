import type { Migrations } from '../../core/migrate.ts'
import {
  areaWatch,
  deskNearby,
  deskRelated,
  deskSecurity,
  deskTables,
  interactionBooking,
  priority,
  publicUpdates,
  round,
} from './migrations-desk.ts'
import { fewerIndexes, wordsBeside } from './migrations-words.ts'

const tables = `
  create sequence cases.number;
  create table cases.case (
    id uuid primary key,
    kind text not null,
    no text not null unique,
    item text not null,
    channel text not null,
    subject text not null check (length(subject) between 1 and 200),
    body text not null check (length(body) <= 8000),
    answers jsonb not null default '{}',
    state text not null,
    open boolean not null,
    agency text not null references identity.agency,
    assignee text,
    place text not null default '',
    lat double precision check (lat between -90 and 90),
    lon double precision check (lon between -180 and 180),
    district text,
    village text,
    received_at timestamptz not null,
    recorded_at timestamptz not null,
    closed_at timestamptz,
    next_due timestamptz,
    secret_hash text,
    public boolean not null default false,
    confidential boolean not null default false,
    grams text[] not null default '{}',
    check ((lat is null) = (lon is null))
  );
  create index on cases.case (agency, next_due) where open;
  create index on cases.case (assignee, next_due) where open;
  create index on cases.case (kind, received_at);
  create index on cases.case (received_at);
  create index on cases.case (secret_hash);
  create index on cases.case using gin (grams);
  create index on cases.case using gist (point(lon, lat)) where open;

  create table cases.party (
    case_id uuid not null references cases.case on delete cascade,
    role text not null,
    name text,
    phone text,
    email text,
    locale text not null default 'zh',
    primary key (case_id, role)
  );
  create table cases.clock (
    case_id uuid not null references cases.case on delete cascade,
    kind text not null,
    unit text not null check (unit in ('wd', 'wh', 'h', 'd')),
    budget double precision not null check (budget >= 0),
    spent double precision not null,
    started_at timestamptz not null,
    running_since timestamptz,
    paused_at timestamptz,
    stopped_at timestamptz,
    due timestamptz,
    calendar_revision int not null,
    extended double precision not null,
    runs jsonb not null default '[]',
    primary key (case_id, kind)
  );
  create index on cases.clock (due) where stopped_at is null and due is not null;
  create table cases.statement (
    case_id uuid not null references cases.case on delete cascade,
    seq int not null,
    audience text not null check (audience in ('reporter', 'staff')),
    text text not null,
    primary key (case_id, seq, audience)
  );
  create table cases.attachment (
    case_id uuid not null references cases.case on delete cascade,
    seq int not null,
    sha256 text not null references core.file,
    purpose text not null check (purpose in ('report', 'proof', 'document')),
    primary key (case_id, seq, sha256)
  );
  create index on cases.attachment (sha256);`

/** The register is what the report counts: every line has the span in which it was held true. */
const register = `
  create table cases.register (
    case_id uuid not null references cases.case,
    version int not null check (version > 0),
    no text not null,
    kind text not null,
    item text not null,
    channel text not null,
    agency text not null,
    district text,
    received_at timestamptz not null,
    recorded_from timestamptz not null,
    recorded_to timestamptz check (recorded_to >= recorded_from),
    reason text,
    primary key (case_id, version)
  );
  create index on cases.register (kind, received_at);
  create function cases.keep_register() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then raise exception 'the register is append-only'; end if;
      if old.recorded_to is not null
        or (to_jsonb(new) - 'recorded_to' - 'reason') <> (to_jsonb(old) - 'recorded_to' - 'reason')
      then raise exception 'a line of the register can only be ended'; end if;
      return new;
    end $$;
  create trigger append_only before update or delete on cases.register
    for each row execute function cases.keep_register();
  grant select on cases.register to takao_app;
  grant insert, update on cases.register to takao_app;`

const visible = `core.scope() = 'city' or agency = any (core.agencies())
    or (assignee = core.person() and assignee <> '') or secret_hash = any (core.secrets())
    or id::text = current_setting('takao.record', true)`

const child = (name: string) => `
  alter table cases.${name} enable row level security;
  create policy follow_case on cases.${name} to takao_app
    using (exists (select from cases.case c where c.id = case_id))
    with check (exists (select from cases.case c where c.id = case_id));
  grant select, insert, update on cases.${name} to takao_app;`

const security = `
  alter table cases.case enable row level security;
  create policy see on cases.case for select to takao_app using (${visible});
  create policy file on cases.case for insert to takao_app with check (true);
  create policy work on cases.case for update to takao_app using (${visible}) with check (true);
  grant select, insert, update on cases.case to takao_app;
  grant usage on sequence cases.number to takao_app;
  ${['party', 'clock', 'statement', 'attachment'].map(child).join('\n')}`

/** What anyone may see of a case whose kind is public: no words, no people, a rounded place. */
const publicView = `
  create view cases.public_case as
    select no, kind, item, state, open, agency, district, village,
      round(lat::numeric, 3)::double precision as lat,
      round(lon::numeric, 3)::double precision as lon,
      received_at, closed_at, next_due
    from cases.case where public and not confidential;
  grant select on cases.public_case to takao_app;`

/**
 * When a public case last moved and by when it should be done: the latest event, and the last clock
 * that is not paused. Protocols that let others follow cases need both.
 */
const publicTimes = `
  create or replace view cases.public_case as
    select no, kind, item, state, open, agency, district, village,
      round(lat::numeric, 3)::double precision as lat,
      round(lon::numeric, 3)::double precision as lon,
      received_at, closed_at, next_due,
      coalesce((select e.at from core.event e where e.record = c.id order by e.seq desc limit 1),
        recorded_at) as updated_at,
      (select max(k.due) from cases.clock k where k.case_id = c.id) as expected_at
    from cases.case c where public and not confidential;`

/** Cases, their clocks, people, words, files, and the register that figures are counted from. */
export const casesMigrations: Migrations = {
  schema: 'cases',
  steps: {
    '001-tables': tables,
    '002-register': register,
    '003-security': security,
    '004-public': publicView,
    '005-public-times': publicTimes,
    '006-desk': deskTables,
    '007-desk-security': deskSecurity,
    '008-nearby': deskNearby,
    '009-related': deskRelated,
    '010-area-watch': areaWatch,
    '011-public-updates': publicUpdates,
    '012-words-beside': wordsBeside,
    '013-fewer-indexes': fewerIndexes,
    '014-priority': priority,
    '015-round': round,
    '016-interaction-booking': interactionBooking,
  },
}
