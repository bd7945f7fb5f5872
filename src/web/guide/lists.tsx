import type { VNode } from 'preact'
import Type from 'typebox'
import { Button, ButtonLink } from '../components/button.tsx'
import type { Column } from '../components/data-table.tsx'
import { DataTable } from '../components/data-table.tsx'
import { BulkBar, Filters, LiveUpdates, Pagination } from '../components/list-tools.tsx'
import { ClockBadge } from '../components/tags.tsx'
import { EmptyState } from '../components/words.tsx'
import { numberText } from '../dates.ts'
import { asks } from '../fields.ts'
import type { View } from '../view.ts'
import type { SampleCase } from './samples.ts'
import { cases, clocks } from './samples.ts'

const filterSchema = Type.Object({
  q: Type.String({ ...asks({ title: { zh: '關鍵字', en: 'Words' } }), maxLength: 60 }),
  state: Type.String({
    ...asks({
      title: { zh: '狀態', en: 'State' },
      widget: 'select',
      options: [{ value: 'open', label: { zh: '辦理中', en: 'Open' } }],
    }),
  }),
})

/** The officer's list with filters, order, choice of rows and news; one row; none. */
export const ListsGuide = ({ view }: { view: View }): VNode => (
  <>
    <h2>{view.t('收件匣', 'Inbox')}</h2>
    <Filters
      view={view}
      action="/style-guide"
      schema={filterSchema}
      values={{ state: 'open' }}
      keep={{ sort: 'due' }}
      chips={[{ label: { zh: '狀態：辦理中', en: 'State: open' }, without: '/style-guide' }]}
    />
    <LiveUpdates view={view} events="/style-guide/events" href="/style-guide" />
    <DataTable
      view={view}
      caption={view.t('待辦案件', 'Cases to do')}
      columns={columns(view)}
      rows={cases}
      rowKey={(row) => row.number}
      current={cases[1]?.number ?? ''}
      sort={{ key: 'clock', descending: false, href: (key, down) => `?sort=${key}&down=${down}` }}
      pick={{
        form: 'bulk',
        name: 'case',
        label: (row) => `${view.t('選', 'Choose')} ${row.number}`,
      }}
      empty={null}
    />
    <BulkBar view={view} id="bulk" action="/style-guide">
      <Button name="do" value="assign">
        {view.t('改分', 'Re-assign')}
      </Button>
      <Button name="do" value="merge">
        {view.t('併案', 'Merge')}
      </Button>
    </BulkBar>
    <Pagination
      view={view}
      shown={view.t('第 51-54 筆，共 1,234 筆', '51-54 of 1,234')}
      newer="/style-guide?before=1"
      older="/style-guide?after=4"
    />
    <h2>{view.t('沒有案件', 'No case')}</h2>
    <DataTable
      view={view}
      caption={view.t('待辦案件', 'Cases to do')}
      columns={columns(view)}
      rows={[]}
      rowKey={(row) => row.number}
      empty={<NoCases view={view} />}
    />
    <WideTable view={view} />
  </>
)

const columns = (view: View): readonly Column<SampleCase>[] => [
  {
    key: 'number',
    label: { zh: '案號', en: 'Number' },
    cell: (row) => (
      <a class="keep" href={view.href('/style-guide')}>
        {row.number}
      </a>
    ),
    sorts: true,
  },
  { key: 'subject', label: { zh: '主旨', en: 'Subject' }, cell: (row) => row.subject },
  { key: 'place', label: { zh: '地點', en: 'Place' }, cell: (row) => row.place },
  {
    key: 'clock',
    label: { zh: '時限', en: 'Clock' },
    cell: (row) => {
      const clock = clocks[row.clock]
      return clock ? <ClockBadge view={view} clock={clock} /> : null
    },
    sorts: true,
  },
  { key: 'officer', label: { zh: '承辦', en: 'Officer' }, cell: (row) => row.officer },
]

const NoCases = ({ view }: { view: View }) => (
  <EmptyState title={view.t('都辦完了', 'All done')}>
    <p>
      {view.t(
        '分派給您的案件會依到期先後排在這裡。想幫忙別人，可以看本機關的清單。',
        'Cases given to you stand here, the soonest due first. To help others, see your agency’s.',
      )}
    </p>
    <ButtonLink href="#main">{view.t('看本機關的清單', 'See my agency’s list')}</ButtonLink>
  </EmptyState>
)

const WideTable = ({ view }: { view: View }) => {
  const months = Array.from({ length: 12 }, (_, index) => index + 1)
  return (
    <DataTable
      view={view}
      caption={view.t('各月受理件數', 'Cases by month')}
      narrow="scroll"
      rows={[
        { name: view.t('工務局', 'Public Works'), base: 1830 },
        { name: view.t('環境保護局', 'Environment'), base: 12405 },
      ]}
      rowKey={(row) => row.name}
      columns={[
        { key: 'name', label: { zh: '機關', en: 'Agency' }, cell: (row) => row.name },
        ...months.map((month) => ({
          key: `${month}`,
          label: { zh: `${month}月`, en: `M${month}` },
          cell: (row: { base: number }) => numberText(row.base + month * 37),
          amount: true,
        })),
      ]}
      empty={null}
    />
  )
}
