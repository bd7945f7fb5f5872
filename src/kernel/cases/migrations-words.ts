/**
 * What a case is found by stands beside it. In the case's own row every step wrote the dozens of
 * entries of its search index anew: three quarters of the time that a recompute of due times took.
 * The words of a case never change; the function says which cases hold all of the given ones, and
 * row-level security then decides which of those the asker sees.
 */
export const wordsBeside = `
  create table cases.words (
    case_id uuid primary key references cases.case on delete cascade,
    grams text[] not null
  );
  insert into cases.words select id, grams from cases.case;
  create index on cases.words using gin (grams);
  alter table cases.words enable row level security;
  create policy follow_case on cases.words to takao_app
    using (exists (select from cases.case c where c.id = case_id))
    with check (exists (select from cases.case c where c.id = case_id));
  grant select, insert on cases.words to takao_app;

  create function cases.holding(asked text[]) returns setof uuid
  language sql stable security definer set search_path = pg_catalog as $$
    select w.case_id from cases.words w where w.grams @> asked
  $$;
  revoke all on function cases.holding from public;
  grant execute on function cases.holding to takao_app;

  create or replace function cases.nearby(
    kinds text[], items text[], at_lon double precision, at_lat double precision,
    metres double precision, since timestamptz, words text[]
  ) returns table (no text, kind text, item text, state text, agency text,
    received_at timestamptz, next_due timestamptz, metres_away double precision,
    alike double precision, others bigint)
  language sql stable security definer set search_path = pg_catalog as $$
    select c.no, c.kind, c.item, c.state, c.agency, c.received_at, c.next_due, d.away,
      coalesce((select count(*)::float8 from cases.words w, unnest(w.grams) g
          where w.case_id = c.id and g = any (words))
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
  alter table cases.case drop column grams;`

/**
 * Each step writes an entry into every index of the case's row, so those that no question uses cost
 * each step: nobody looks a case up by the digest of its code, nor one that nobody has by who has
 * it.
 */
export const fewerIndexes = `
  drop index cases.case_secret_hash_idx;
  drop index cases.case_assignee_next_due_idx;
  create index on cases.case (assignee, next_due) where open and assignee is not null;`
