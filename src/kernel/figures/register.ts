import { type RawBuilder, sql } from 'kysely'
import type { EvidenceRow, Window } from './figure.ts'

/**
 * The register's lines of a kind received within a window, as they were held true at its cut-off:
 * the evidence of every figure that counts cases. Nobody is named in the register.
 */
export const registered = (kind: string, { from, to, asOf }: Window): RawBuilder<EvidenceRow> =>
  sql<EvidenceRow>`
    select no as key, item, channel, agency, district, received_at
    from cases.register
    where kind = ${sql.lit(kind)}
      and received_at >= ${from} and received_at < ${to}
      and recorded_from < ${asOf}
      and (recorded_to is null or recorded_to >= ${asOf})`

/** The columns of the register that anyone may read. */
export const registerColumns = ['item', 'channel', 'agency', 'district', 'received_at']
