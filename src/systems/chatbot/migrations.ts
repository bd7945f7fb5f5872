import type { Migrations } from '../../core/migrate.ts'

/**
 * Conversations with their turns, found by a key that lives in a cookie or under the digest of a
 * LINE user, and the questions that are counted, without words.
 */
export const chatbotMigrations: Migrations = {
  schema: 'chatbot',
  steps: {
    '001-conversation': `
      create table chatbot.conversation (
        id uuid primary key,
        secret text not null,
        channel text not null check (channel in ('web', 'embed', 'line')),
        state text not null check (state in ('bot', 'waiting', 'taken', 'closed')),
        operator text,
        via uuid,
        opened_at timestamptz not null,
        last_at timestamptz not null,
        waiting_since timestamptz,
        check ((state = 'waiting') = (waiting_since is not null)),
        check (state <> 'taken' or operator is not null)
      );
      create index on chatbot.conversation (secret, opened_at);
      create index on chatbot.conversation (waiting_since) where state = 'waiting';
      create index on chatbot.conversation (operator) where state = 'taken';
      create table chatbot.turn (
        conversation uuid not null references chatbot.conversation,
        no int not null check (no > 0),
        who text not null check (who in ('citizen', 'bot', 'operator')),
        text text not null,
        shown jsonb not null,
        at timestamptz not null,
        primary key (conversation, no)
      );
      create function chatbot.refuse() returns trigger language plpgsql as $$
        begin raise exception 'what was said stays'; end $$;
      create trigger append_only before update or delete on chatbot.turn
        for each row execute function chatbot.refuse();
      create function chatbot.ahead_of(since timestamptz) returns bigint
        language sql stable security definer set search_path = chatbot
        as $$ select count(*) from conversation
          where state = 'waiting' and waiting_since < since $$;
      grant execute on function chatbot.ahead_of to takao_app;
      alter table chatbot.conversation enable row level security;
      alter table chatbot.turn enable row level security;
      create policy see on chatbot.conversation to takao_app using (
        core.scope() = 'city' or operator = core.person() or secret = any (core.secrets()))
        with check (true);
      create policy see on chatbot.turn to takao_app using (exists (
        select from chatbot.conversation c where c.id = conversation)) with check (true);
      grant select, insert, update on chatbot.conversation to takao_app;
      grant select, insert on chatbot.turn to takao_app;`,
    '002-counted': `
      create table chatbot.service (
        id uuid primary key,
        opened_on date not null,
        recorded_at timestamptz not null
      );
      create table chatbot.topic (
        code text primary key,
        name jsonb not null,
        enabled_at timestamptz not null,
        ended_at timestamptz check (ended_at > enabled_at),
        recorded_at timestamptz not null
      );
      create table chatbot.asked (
        id uuid primary key,
        topic text,
        article text,
        channel text not null check (channel in ('web', 'embed', 'line')),
        outcome text not null check (outcome in ('answered', 'asked-back', 'handed-over')),
        asked_at timestamptz not null,
        recorded_at timestamptz not null,
        annulled_at timestamptz,
        annul_reason text,
        check ((annulled_at is null) = (annul_reason is null)),
        check (outcome <> 'answered' or topic is not null)
      );
      create index on chatbot.asked (asked_at);
      grant select, insert on chatbot.service to takao_app;
      grant select, insert, update on chatbot.topic, chatbot.asked to takao_app;`,
    '003-line': `
      create table chatbot.line_event (
        id text primary key,
        at timestamptz not null
      );
      create table chatbot.line_person (
        digest text primary key,
        following boolean not null,
        at timestamptz not null
      );
      grant select, insert on chatbot.line_event to takao_app;
      grant select, insert, update on chatbot.line_person to takao_app;`,
  },
}
