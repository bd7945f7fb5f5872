import type { Migrations } from '../../core/migrate.ts'

/**
 * Articles with every version that was ever published, what people said of them, and the questions
 * that none of them answered. Anyone reads what is published; an agency writes its own.
 */
export const knowledgeMigrations: Migrations = {
  schema: 'knowledge',
  steps: {
    '001-article': `
      create table knowledge.revision (n int not null);
      insert into knowledge.revision values (0);
      create table knowledge.article (
        id text primary key check (id ~ '^[a-z0-9-]+$'),
        record uuid not null unique,
        topic text not null,
        agency text not null references identity.agency,
        state text not null check (state in ('published', 'retired')),
        version int not null check (version > 0)
      );
      create table knowledge.version (
        article text not null references knowledge.article,
        no int not null check (no > 0),
        topic text not null,
        agency text not null references identity.agency,
        question jsonb not null,
        variants text[] not null,
        answer jsonb not null,
        links jsonb not null,
        intent text check (intent in ('dispatch', 'petition', 'legal-aid', 'follow')),
        item text,
        reviewed date not null,
        review_by date not null check (review_by > reviewed),
        reason text not null,
        editor text not null,
        published_from timestamptz not null,
        published_to timestamptz check (published_to >= published_from),
        primary key (article, no)
      );
      create unique index on knowledge.version (article) where published_to is null;
      create function knowledge.keep() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' or (new is distinct from old and (old.published_to is not null
            or (to_jsonb(new) - 'published_to') <> (to_jsonb(old) - 'published_to')))
          then raise exception 'a version of an article can only be ended'; end if;
          return new;
        end $$;
      create trigger append_only before update or delete on knowledge.version
        for each row execute function knowledge.keep();
      alter table knowledge.article enable row level security;
      alter table knowledge.version enable row level security;
      create policy read on knowledge.article for select to takao_app using (
        state = 'published' or core.scope() = 'city' or agency = any (core.agencies()));
      create policy write on knowledge.article to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies()));
      create policy read on knowledge.version for select to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies()) or exists (
          select from knowledge.article a where a.id = article and a.state = 'published'));
      create policy write on knowledge.version to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies()));
      grant select, update on knowledge.revision to takao_app;
      create view knowledge.counted as
        select article, no, topic, agency, published_from, published_to from knowledge.version;
      grant select on knowledge.counted to takao_app;
      grant select, insert, update on knowledge.article, knowledge.version to takao_app;`,
    '002-heard': `
      create table knowledge.feedback (
        id uuid primary key,
        article text not null references knowledge.article,
        version int not null,
        agency text not null references identity.agency,
        helpful boolean not null,
        words text not null default '',
        source text not null check (source in ('page', 'chat', 'desk', 'line')),
        at timestamptz not null
      );
      create index on knowledge.feedback (article, at);
      create table knowledge.gap (
        id uuid primary key,
        question text not null,
        grams text[] not null,
        agency text references identity.agency,
        first_at timestamptz not null,
        state text not null check (state in ('open', 'article', 'dismissed')),
        article text references knowledge.article,
        reason text,
        settled_at timestamptz,
        check ((state = 'open') = (settled_at is null)),
        check ((state = 'article') = (article is not null)),
        check ((state = 'dismissed') = (reason is not null))
      );
      create index on knowledge.gap using gin (grams) where state = 'open';
      create table knowledge.asked (
        id uuid primary key,
        gap uuid not null references knowledge.gap,
        agency text,
        question text not null,
        source text not null check (source in ('chat', 'desk', 'search', 'line')),
        at timestamptz not null
      );
      create index on knowledge.asked (gap);
      create function knowledge.similar_gap(asked text[], out id uuid, out agency text)
        language sql stable security definer set search_path = knowledge
        as $$ select g.id, g.agency from gap g,
            lateral (select count(*) as n from unnest(g.grams) gram where gram = any (asked)) same
          where g.state = 'open' and g.grams && asked
            and 2.0 * same.n / (cardinality(g.grams) + cardinality(asked)) >= 0.6
          order by 2.0 * same.n / (cardinality(g.grams) + cardinality(asked)) desc, g.first_at
          limit 1 $$;
      grant execute on function knowledge.similar_gap to takao_app;
      alter table knowledge.feedback enable row level security;
      alter table knowledge.gap enable row level security;
      alter table knowledge.asked enable row level security;
      create policy see on knowledge.feedback to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies())) with check (true);
      create policy see on knowledge.gap to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies())) with check (true);
      create policy see on knowledge.asked to takao_app using (
        core.scope() = 'city' or agency = any (core.agencies())) with check (true);
      grant select, insert on knowledge.feedback, knowledge.asked to takao_app;
      grant select, insert, update on knowledge.gap to takao_app;`,
  },
}
