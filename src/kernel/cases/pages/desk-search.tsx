import { isoDate } from '../../../core/format.ts'
import { pick, type Text } from '../../../core/i18n.ts'
import { normalNumber } from '../../../core/number.ts'
import { may } from '../../../core/operation.ts'
import { DataTable } from '../../../web/components/data-table.tsx'
import { When } from '../../../web/components/when.tsx'
import { EmptyState } from '../../../web/components/words.tsx'
import type { Answer, Visit } from '../../../web/pages.ts'
import { type SheetFormat, sheetAnswer } from '../../../web/sheet.ts'
import { Page } from '../../../web/shell.tsx'
import type { CaseType } from '../define.ts'
import { namesFor } from '../open.ts'
import { cityPlaces } from '../pack.ts'
import { priorityTitles } from '../priority.ts'
import { type Listed, listCases, nextPage } from '../queries.ts'
import { wantedIn } from './desk-inbox.tsx'
import { deskPath, type Numbered } from './numbered.ts'

/** A list of more rows than this is for the API, page by page. */
const mostRows = 20_000

const heads: readonly Text[] = [
  { zh: '案號', en: 'Number' },
  { zh: '項目', en: 'Kind' },
  { zh: '主旨', en: 'Subject' },
  { zh: '狀態', en: 'State' },
  { zh: '優先順序', en: 'Priority' },
  { zh: '機關', en: 'Agency' },
  { zh: '承辦人', en: 'Officer' },
  { zh: '行政區', en: 'District' },
  { zh: '收件', en: 'Received' },
  { zh: '期限', en: 'Due' },
  { zh: '結案', en: 'Finished' },
]

/** The filtered list as a file, within what the person may see. */
export async function exportList(
  type: CaseType,
  format: SheetFormat,
  visit: Visit,
): Promise<Answer> {
  const { view, query, read, platform } = visit
  const wanted = wantedIn(query)
  const { listed, names } = await read(type.readBy, async (ctx) => {
    const all: Listed[] = []
    for (let after: string | undefined; all.length < mostRows; ) {
      const page = await listCases(ctx, type.kind, { ...wanted, after })
      all.push(...page)
      after = nextPage(page, Boolean(wanted.closed))
      if (!after) break
    }
    return { listed: all, names: await namesFor(ctx, type) }
  })
  const districts = new Map(cityPlaces(platform.city).districts.map((one) => [one.code, one.name]))
  const say = (text: Text | undefined) => (text ? pick(text, view.locale) : '')
  const header = heads.map(say)
  const lines = listed.map((one) => [
    one.no,
    say(names.item(one.item)),
    one.subject,
    say(type.states[one.state]?.title),
    say(priorityTitles[one.priority]),
    say(names.agency(one.agency)),
    one.assignee_name ?? '',
    say(districts.get(one.district ?? '')),
    isoDate(one.received_at),
    one.next_due ? isoDate(new Date(+one.next_due - 1)) : '',
    one.closed_at ? isoDate(one.closed_at) : '',
  ])
  return sheetAnswer({ name: type.kind, head: header, rows: lines }, format)
}

/** Finds cases of every kind by number or words, and other records by their number. */
export async function searchPage(
  types: readonly CaseType[],
  numbered: readonly Numbered[],
  visit: Visit,
): Promise<Answer> {
  const { view, query, read, actor } = visit
  const q = (query.q ?? '').trim()
  const no = normalNumber(q)
  const owner = no ? types.find(({ prefix }) => no.startsWith(prefix)) : undefined
  if (no && owner && may(actor, owner.readBy)) return { to: `/desk/${owner.kind}/${no}` }
  const other = deskPath(numbered, no, visit)
  if (other) return { to: other }
  const found = []
  for (const type of types.filter(({ readBy }) => may(actor, readBy))) {
    const listed = await read(type.readBy, async (ctx) => [
      ...(await listCases(ctx, type.kind, { q })),
      ...(await listCases(ctx, type.kind, { q, closed: true })),
    ])
    found.push(...listed.map((one) => ({ one, type })))
  }
  const title = view.t(`搜尋「${q}」`, `Search: ${q}`)
  return {
    page: (
      <Page view={view} title={title} chrome="staff">
        <h1>{title}</h1>
        <DataTable
          view={view}
          caption={title}
          hideCaption
          rows={q ? found : []}
          rowKey={({ one }) => one.no}
          empty={
            <EmptyState title={view.t('沒有找到', 'Nothing found')}>
              <p>
                {view.t(
                  '可以用案號、地點或內容裡的字找；只會找到您看得到的案件。',
                  'Search by number, place or words; only cases you may see are found.',
                )}
              </p>
            </EmptyState>
          }
          columns={[
            {
              key: 'no',
              label: { zh: '案號', en: 'Number' },
              cell: ({ one, type }) => (
                <a href={view.href(`/desk/${type.kind}/${one.no}`)} data-open class="number-link">
                  {one.no}
                </a>
              ),
            },
            {
              key: 'subject',
              label: { zh: '主旨', en: 'Subject' },
              cell: ({ one }) => one.subject,
            },
            {
              key: 'state',
              label: { zh: '狀態', en: 'State' },
              cell: ({ one, type }) => pick(type.states[one.state]!.title, view.locale),
            },
            {
              key: 'at',
              label: { zh: '收件', en: 'Received' },
              cell: ({ one }) => <When view={view} at={one.received_at} />,
            },
          ]}
        />
      </Page>
    ),
  }
}
