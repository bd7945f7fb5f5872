import { Readable } from 'node:stream'
import { canonical } from '../../core/canonical.ts'
import { csvLine } from '../../core/csv.ts'
import { may } from '../../core/operation.ts'
import { isComputed } from '../../kernel/figures/compute.ts'
import type { EvidenceRow } from '../../kernel/figures/figure.ts'
import type { Answer, Visit } from '../../web/pages.ts'
import { editionOf, type OpenedFigure, openFigure, readableRows } from './opened.ts'

/** `GET …/figures/:id/rows.csv`: all rows that the reader may see, under the columns' own names. */
export const rowsCsv = (visit: Visit): Promise<Answer> => download(visit, 'csv', csvOf)

/**
 * `GET …/figures/:id/rows.ndjson`: one canonical row a line (RFC 8785), in the order of the tree,
 * so that anyone can compute the root again where all columns are public.
 */
export const rowsNdjson = (visit: Visit): Promise<Answer> => download(visit, 'ndjson', ndjsonOf)

type Format = 'csv' | 'ndjson'

const types: Readonly<Record<Format, string>> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
}

type Lines = (batches: AsyncIterable<EvidenceRow[]>, opened: OpenedFigure) => AsyncIterable<string>

async function download(visit: Visit, format: Format, lines: Lines): Promise<Answer> {
  const { params, query, read } = visit
  const opened = await read('public', async (ctx) =>
    openFigure(ctx, await editionOf(ctx, params.period ?? '', query.version), params.id ?? ''),
  )
  const { edition, frozen } = opened
  const version = edition.version ? `v${edition.version.version}` : 'draft'
  return {
    body: Readable.from(lines(batchesOf(visit, opened), opened)),
    type: types[format],
    name: `${edition.period}-${version}-${frozen.figure}.${format}`,
  }
}

const batchSize = 5_000

// A transaction for each batch: a slow reader must not hold a connection. Frozen rows never change,
// and those of a draft are asked for at one cut-off.
async function* batchesOf(visit: Visit, opened: OpenedFigure): AsyncGenerator<EvidenceRow[]> {
  const full = may(visit.actor, 'council-report.read-full')
  for (let from = 0; ; from += batchSize) {
    const span = { from, n: batchSize, full }
    const batch = await visit.read('public', (ctx) => readableRows(ctx, opened, span))
    yield batch
    if (batch.length < batchSize) return
  }
}

async function* csvOf(batches: AsyncIterable<EvidenceRow[]>, opened: OpenedFigure) {
  let columns: readonly string[] | undefined
  for await (const batch of batches) {
    const header = columns ? '' : csvLine(columnsOf(opened, batch[0]))
    const known = columns ?? columnsOf(opened, batch[0])
    columns = known
    yield header + batch.map((row) => csvLine(known.map((column) => row[column]))).join('')
  }
}

async function* ndjsonOf(batches: AsyncIterable<EvidenceRow[]>) {
  for await (const batch of batches) yield batch.map((row) => `${canonical(row)}\n`).join('')
}

/** The columns of evidence: the key, the public ones in their declared order, then any others. */
export function columnsOf({ definition }: OpenedFigure, row: EvidenceRow | undefined): string[] {
  const declared = definition && isComputed(definition) ? definition.publicColumns : []
  if (!row) return ['key', ...declared]
  return [...new Set(['key', ...declared, ...Object.keys(row)])].filter((column) => column in row)
}
