import type { Migrations } from './migrate.ts'

/** Tables every system shares: the event chain, its checkpoints, idempotency keys and files. */
export const coreMigrations: Migrations = {
  schema: 'core',
  steps: {
    '001-scope': `
      create function core.scope() returns text language sql stable parallel safe
        return coalesce(nullif(current_setting('takao.scope', true), ''), 'none');
      create function core.person() returns text language sql stable parallel safe
        return coalesce(current_setting('takao.person', true), '');
      create function core.agencies() returns text[] language sql stable parallel safe
        return string_to_array(coalesce(current_setting('takao.agencies', true), ''), ',');
      create function core.secrets() returns text[] language sql stable parallel safe
        return string_to_array(coalesce(current_setting('takao.secrets', true), ''), ',');
      grant execute on all functions in schema core to takao_app;`,
    '002-event': `
      create table core.event (
        id bigint generated always as identity primary key,
        record uuid not null,
        seq int not null check (seq > 0),
        type text not null,
        at timestamptz not null,
        actor text not null,
        agency text,
        data jsonb not null default '{}',
        digest text,
        prev_hash bytea,
        hash bytea not null,
        unique (record, seq),
        check ((seq = 1) = (prev_hash is null))
      );
      create table core.checkpoint (
        id bigint generated always as identity primary key,
        from_event bigint not null,
        upto_event bigint not null,
        events int not null check (events > 0),
        root bytea not null,
        prev_hash bytea,
        at timestamptz not null,
        hash bytea not null,
        key_id text not null,
        signature bytea not null
      );
      create table core.signing_key (
        key_id text primary key,
        public_key text not null,
        since timestamptz not null
      );
      create function core.refuse_change() returns trigger language plpgsql as $$
        begin raise exception '% is append-only', tg_table_name; end $$;
      create trigger append_only before update or delete or truncate on core.event
        for each statement execute function core.refuse_change();
      create trigger append_only before update or delete or truncate on core.checkpoint
        for each statement execute function core.refuse_change();
      alter table core.event enable row level security;
      create policy read on core.event for select to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies())
        or record::text = current_setting('takao.record', true));
      create policy append on core.event for insert to takao_app with check (true);
      grant select, insert on core.event to takao_app;
      grant select on core.checkpoint, core.signing_key to takao_app;
      grant usage on all sequences in schema core to takao_app;
      create function core.last_link(of uuid, out seq int, out hash bytea)
        language sql stable security definer set search_path = core
        as $$ select e.seq, e.hash from core.event e
          where e.record = of order by e.seq desc limit 1 $$;
      grant execute on function core.last_link to takao_app;`,
    '003-idempotency': `
      create table core.idempotency (
        actor text not null,
        key text not null,
        operation text not null,
        input_hash text not null,
        output jsonb,
        at timestamptz not null default now(),
        primary key (actor, key)
      );
      create index on core.idempotency (at);
      grant select, insert, update, delete on core.idempotency to takao_app;`,
    '004-file': `
      create table core.file (
        sha256 text primary key check (length(sha256) = 64),
        type text not null,
        size int not null check (size > 0),
        width int,
        height int,
        at timestamptz not null default now()
      );
      grant select, insert on core.file to takao_app;`,
    '005-one-at-a-time': `
      create function core.hold_last_link(of uuid, out seq int, out hash bytea)
        language sql volatile security definer set search_path = core, pg_catalog
        as $$
          select pg_advisory_xact_lock(hashtextextended(of::text, 4712));
          select e.seq, e.hash from core.event e
            where e.record = of order by e.seq desc limit 1
        $$;
      revoke all on function core.hold_last_link(uuid) from public;
      grant execute on function core.hold_last_link to takao_app;`,
  },
}
