import { sql } from 'kysely'
import { rows } from '../../core/db.ts'
import { pick } from '../../core/i18n.ts'
import { cityPlaces } from '../../kernel/cases/pack.ts'
import { outline } from '../../kernel/cases/places.ts'
import { directory } from '../../kernel/identity/directory.ts'
import { DataTable } from '../../web/components/data-table.tsx'
import { Filters, Pagination } from '../../web/components/list-tools.tsx'
import { MapStatic } from '../../web/components/maps.tsx'
import { StateTag } from '../../web/components/tags.tsx'
import { When } from '../../web/components/when.tsx'
import { EmptyState } from '../../web/components/words.tsx'
import type { Page as PageRoute, Visit } from '../../web/pages.ts'
import { Page } from '../../web/shell.tsx'
import { dispatchCase } from './dispatch.ts'
import { dispatchItems } from './items.ts'
import { reportPages } from './wizard.tsx'

type Public = {
  no: string
  item: string
  state: string
  open: boolean
  agency: string
  district: string | null
  lat: number | null
  lon: number | null
  received_at: Date
  closed_at: Date | null
}

const pageSize = 30

/** The public list and map of reports: what and where, never who or in which words. */
async function openCases({ view, query, read, platform }: Visit) {
  const item = query.item || null
  const district = query.district || null
  const open = query.state !== 'closed'
  const before = query.before ? new Date(query.before) : null
  const places = cityPlaces(platform.city)
  const { found, agencies } = await read('public', async (ctx) => ({
    found: await rows(
      ctx.db,
      sql<Public>`select no, item, state, open, agency, district, lat, lon, received_at, closed_at
        from cases.public_case where kind = 'dispatch' and open = ${open}
          and (${item}::text is null or item = ${item})
          and (${district}::text is null or district = ${district})
          and (${before}::timestamptz is null or received_at < ${before})
          and state <> 'annulled'
        order by received_at desc limit ${pageSize}`,
    ),
    agencies: await directory(ctx),
  }))
  const items = dispatchItems(platform.city)
  const itemName = (code: string) => items.find((one) => one.code === code)?.name
  const districtName = (code: string | null) =>
    places.districts.find((one) => one.code === code)?.name ?? { zh: '未註明', en: 'not given' }
  const address = (more: Record<string, string | null>) => {
    const all = Object.entries({ item, district, state: open ? null : 'closed', ...more })
    return `/dispatch?${new URLSearchParams(all.flatMap(([k, v]) => (v ? [[k, v]] : [])))}`
  }
  const title = view.t('公開案件', 'Open cases')
  return {
    page: (
      <Page view={view} title={title}>
        <h1>{title}</h1>
        <p class="soft">
          {view.t(
            '這裡列出派工通報的項目和大概位置，不含任何人的資料和文字。',
            'Reports by kind and approximate place, without anyone’s words or data.',
          )}{' '}
          <a href={view.href(`/watch${district ? `?district=${district}` : ''}`)}>
            {view.t('訂閱行政區的新通報', 'News of a district')}
          </a>
        </p>
        <Filters
          view={view}
          action="/dispatch"
          values={{ item: item ?? '', district: district ?? '', state: open ? 'open' : 'closed' }}
          schema={{
            properties: {
              state: {
                title: { zh: '狀態', en: 'State' },
                widget: 'select',
                options: [
                  { value: 'open', label: { zh: '處理中', en: 'Open' } },
                  { value: 'closed', label: { zh: '已結束', en: 'Finished' } },
                ],
              },
              item: {
                title: { zh: '項目', en: 'Kind' },
                widget: 'select',
                options: items.map(({ code, name }) => ({ value: code, label: name })),
              },
              district: {
                title: { zh: '行政區', en: 'District' },
                widget: 'select',
                options: places.districts.map(({ code, name }) => ({ value: code, label: name })),
              },
            },
          }}
        />
        <MapStatic
          view={view}
          id="cases"
          title={view.t('案件位置', 'Where they are')}
          description={view.t(
            '下方清單裡的案件在各行政區的大概位置。',
            'The approximate places of the cases listed below.',
          )}
          outlines={districtOutlines(platform.city)}
          points={found.flatMap(({ lat, lon, item: code }) =>
            lat !== null && lon !== null
              ? [{ lat, lon, label: itemName(code) ?? { zh: code, en: code } }]
              : [],
          )}
        />
        <DataTable
          view={view}
          caption={title}
          hideCaption
          rows={found}
          rowKey={(one) => one.no}
          empty={
            <EmptyState title={view.t('沒有這樣的案件', 'No such cases')}>
              <p>{view.t('換一個條件看看。', 'Try another filter.')}</p>
            </EmptyState>
          }
          columns={[
            {
              key: 'no',
              label: { zh: '案號', en: 'Number' },
              cell: (one) => <a href={view.href(`/reported/${one.no}`)}>{one.no}</a>,
            },
            {
              key: 'item',
              label: { zh: '項目', en: 'Kind' },
              cell: (one) =>
                pick(itemName(one.item) ?? { zh: one.item, en: one.item }, view.locale),
            },
            {
              key: 'district',
              label: { zh: '行政區', en: 'District' },
              cell: (one) => pick(districtName(one.district), view.locale),
            },
            {
              key: 'state',
              label: { zh: '狀態', en: 'State' },
              cell: (one) => (
                <StateTag
                  view={view}
                  tone={one.open ? 'info' : 'ok'}
                  label={dispatchCase.states[one.state]?.title ?? { zh: one.state, en: one.state }}
                />
              ),
            },
            {
              key: 'agency',
              label: { zh: '負責機關', en: 'Agency' },
              cell: (one) => pick(agencies.name(one.agency), view.locale),
            },
            {
              key: 'at',
              label: { zh: '收件', en: 'Received' },
              cell: (one) => <When view={view} at={one.received_at} />,
            },
          ]}
        />
        <Pagination
          view={view}
          shown={view.t(`${found.length} 筆`, `${found.length} cases`)}
          {...(found.length === pageSize && {
            older: address({ before: found.at(-1)!.received_at.toISOString() }),
          })}
        />
      </Page>
    ),
  }
}

const drawn = new WeakMap<object, ReturnType<typeof draw>>()

/** The districts' outlines as the static map takes them. */
export function districtOutlines(city: Parameters<typeof cityPlaces>[0]) {
  const known = drawn.get(city) ?? draw(city)
  drawn.set(city, known)
  return known
}

const draw = (city: Parameters<typeof cityPlaces>[0]) =>
  cityPlaces(city).districts.map(({ name, area: { geometry } }) => ({
    name,
    rings: (geometry.type === 'Polygon'
      ? geometry.coordinates
      : geometry.coordinates.flat()) as unknown as [number, number][][],
  }))

/** The pages of dispatch reports for citizens; officers' pages come from the declaration. */
export const dispatchPages: readonly PageRoute[] = [
  ...reportPages,
  { method: 'GET', path: '/dispatch', permission: 'public', run: openCases },
  {
    method: 'GET',
    path: '/places/districts.json',
    permission: 'public',
    run: async ({ platform, reply }) => {
      reply.header('cache-control', 'public, max-age=86400')
      return {
        body: JSON.stringify(outline(cityPlaces(platform.city))),
        type: 'application/geo+json',
      }
    },
  },
]
