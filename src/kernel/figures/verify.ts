import type pg from 'pg'
import { hashRow } from '../../core/canonical.ts'
import { type MerkleAccumulator, merkleAccumulator } from '../../core/merkle.ts'
import type { Broken, Checker, StoredEvent } from '../../core/verify.ts'
import { type FrozenFigure, frozenHash, type Version, versionRoot } from './freeze.ts'

/** Rows kept under a root; their texts follow as `row` entries, in order. */
export type KeptSet = { readonly root: string; readonly rows: number }

export type KeptRow = { readonly root: string; readonly n: number; readonly row: string }

type VersionHead = Pick<Version, 'id' | 'period' | 'version' | 'root'> & {
  readonly document: unknown
}

type KeptFigure = FrozenFigure & { readonly version_id: string }

/** What frozen reports consist of: each set with its rows, then each version with its figures. */
export type FrozenEntry =
  | { readonly set: KeptSet }
  | { readonly row: KeptRow }
  | { readonly version: VersionHead }
  | { readonly frozen: KeptFigure }

/** How much was checked. */
export type FrozenCounts = { sets: number; rows: number; versions: number; figures: number }

/**
 * Checks frozen reports: the rows of each set have its root, each figure its hash, each version the
 * root of its figures, and the signed chain names that root. `noteEvent` takes the chain's events.
 */
export function frozenChecker(
  broken: Broken,
): Checker<FrozenEntry, FrozenCounts> & { readonly noteEvent: (event: StoredEvent) => void } {
  const counts: FrozenCounts = { sets: 0, rows: 0, versions: 0, figures: 0 }
  const chained = new Map<string, string>()
  const sets = setChecker(broken)
  const versions = versionChecker(broken, chained)
  return {
    noteEvent: ({ type, record, data }) => {
      if (type === frozenEvent) chained.set(record, String(data.root))
    },
    add: (entry) => {
      if ('set' in entry) {
        counts.sets++
        sets.begin(entry.set)
      } else if ('row' in entry) {
        counts.rows++
        sets.add(entry.row)
      } else if ('version' in entry) {
        counts.versions++
        versions.begin(entry.version)
      } else {
        counts.figures++
        versions.add(entry.frozen, sets.known(entry.frozen.root))
      }
    },
    end: () => {
      sets.end()
      versions.end()
      for (const id of chained.keys())
        broken(id, null, '凍結的版本不見了', 'a frozen version is missing')
      return counts
    },
  }
}

const frozenEvent = 'council-report.frozen'

function setChecker(broken: Broken) {
  const known = new Map<string, number>()
  let current: KeptSet | null = null
  let tree: MerkleAccumulator = merkleAccumulator()
  const end = () => {
    if (!current) return
    const { root, rows } = current
    const name = `evidence ${root.slice(0, 16)}`
    if (tree.size() !== rows)
      broken(name, null, `應有 ${rows} 列,實有 ${tree.size()} 列`, `${rows} rows expected`)
    else if (tree.root().toString('hex') !== root)
      broken(name, null, '列與根不符', 'its rows do not have its root')
    current = null
  }
  return {
    begin: (set: KeptSet) => {
      end()
      current = set
      tree = merkleAccumulator()
      known.set(set.root, set.rows)
    },
    add: ({ root, n, row }: KeptRow) => {
      const place = `evidence ${root.slice(0, 16)}`
      if (current?.root !== root || tree.size() !== n)
        broken(place, n, '列的次序不對', 'a row is out of its place')
      tree.add(rowHash(row) ?? unreadable(place, n, broken))
    },
    end,
    known: (root: string | null) => (root === null ? null : (known.get(root) ?? null)),
  }
}

function rowHash(row: string): Buffer | undefined {
  try {
    return hashRow(JSON.parse(row))
  } catch {
    return undefined
  }
}

function unreadable(place: string, n: number, broken: Broken): Buffer {
  broken(place, n, '列無法讀取', 'a row cannot be read')
  return Buffer.alloc(32)
}

function versionChecker(broken: Broken, chained: Map<string, string>) {
  let current: VersionHead | null = null
  let figures: FrozenFigure[] = []
  const end = () => {
    if (!current) return
    const { id, root, version, document } = current
    if (versionRoot(document, figures) !== root)
      broken(id, version, '數據與版本的根不符', 'its figures do not have the root of the version')
    if (chained.get(id) !== root)
      broken(id, version, '事件鏈沒有這個版本的根', 'the chain does not name its root')
    chained.delete(id)
    current = null
  }
  return {
    begin: (version: VersionHead) => {
      end()
      current = version
      figures = []
    },
    add: (frozen: KeptFigure, rows: number | null) => {
      const name = `figure ${frozen.figure}`
      if (frozen.version_id !== current?.id)
        broken(name, null, '不屬於任何版本', 'it belongs to no version')
      if (frozenHash(frozen) !== frozen.hash)
        broken(name, current?.version ?? null, '內容與雜湊不符', 'its content lacks its hash')
      if (frozen.root !== null && frozen.rows !== rows)
        broken(name, current?.version ?? null, '依據的列不見了', 'the rows behind it are missing')
      figures.push(frozen)
    },
    end,
  }
}

/** Frozen reports as the database holds them, in the order the checker needs. */
export async function* storedFrozen(client: pg.ClientBase): AsyncGenerator<FrozenEntry> {
  const sets = await client.query<KeptSet>(
    'select root, rows from figures.evidence_set order by root',
  )
  for (const set of sets.rows) {
    yield { set }
    for await (const row of keptRows(client, set.root)) yield { row }
  }
  const versions = await client.query<VersionHead>(
    'select id, period, version, root, document from figures.version order by period, version',
  )
  for (const version of versions.rows) {
    yield { version }
    const kept = await client.query<KeptFigure>(
      'select * from figures.frozen where version_id = $1 order by figure',
      [version.id],
    )
    for (const frozen of kept.rows) yield { frozen }
  }
}

async function* keptRows(client: pg.ClientBase, root: string): AsyncGenerator<KeptRow> {
  for (let after = -1; ; ) {
    const { rows } = await client.query<KeptRow>(
      `select root, n, row from figures.evidence_row where root = $1 and n > $2
        order by n limit 10000`,
      [root, after],
    )
    yield* rows
    if (rows.length < 10_000) return
    after = rows.at(-1)?.n ?? after
  }
}

/** The entry of a parsed line, or undefined when the line is of another kind. */
export function frozenEntry(line: Readonly<Record<string, unknown>>): FrozenEntry | undefined {
  if ('set' in line || 'row' in line || 'version' in line) return line as FrozenEntry
  if (!('frozen' in line)) return undefined
  const frozen = line.frozen as KeptFigure
  const instant = (at: unknown) => (typeof at === 'string' ? new Date(at) : null)
  return {
    frozen: { ...frozen, from_at: instant(frozen.from_at), to_at: instant(frozen.to_at) },
  }
}
