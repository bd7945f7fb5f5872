import type { ComponentChildren, VNode } from 'preact'
import { pick, type Text } from '../../../core/i18n.ts'
import { DataTable } from '../../../web/components/data-table.tsx'
import { StateTag, type Tone } from '../../../web/components/tags.tsx'
import { When } from '../../../web/components/when.tsx'
import { Breadcrumbs } from '../../../web/components/words.tsx'
import type { View } from '../../../web/view.ts'
import type { DeskCard } from './desk-operations.ts'

/** The page of the own cards. */
export const cardPath = '/account/card'

/** The way up from a page of the own cards; `more` on those beneath it. */
export const Up = ({ view, more }: { view: View; more?: boolean }) => (
  <Breadcrumbs
    view={view}
    items={[
      { href: '/account', label: { zh: '我的帳號', en: 'My account' } },
      ...(more ? [{ href: cardPath, label: { zh: '我的市民卡', en: 'My city card' } }] : []),
    ]}
  />
)

const kindNames: Readonly<Record<DeskCard['kind'], Text>> = {
  physical: { zh: '實體卡', en: 'Physical' },
  virtual: { zh: '虛擬卡', en: 'Virtual' },
}

const stateNames: Readonly<Record<DeskCard['state'], readonly [Tone, Text]>> = {
  active: ['ok', { zh: '使用中', en: 'in use' }],
  suspended: ['rest', { zh: '暫停使用', en: 'suspended' }],
  ended: ['late', { zh: '已註銷', en: 'ended' }],
}

/** Cards as a table, with what can be done about each. */
export const CardTable = <Card extends DeskCard>(props: {
  view: View
  caption: string
  cards: readonly Card[]
  empty: ComponentChildren
  act: (card: Card) => ComponentChildren
}): VNode => (
  <DataTable
    view={props.view}
    caption={props.caption}
    hideCaption
    rows={props.cards}
    rowKey={({ id }) => id}
    empty={props.empty}
    columns={[
      {
        key: 'card',
        label: { zh: '卡片', en: 'Card' },
        cell: ({ kind, last_four }) => (
          <>
            {pick(kindNames[kind], props.view.locale)}
            {last_four ? props.view.t(`，末四碼 ${last_four}`, `, ends in ${last_four}`) : null}
          </>
        ),
      },
      {
        key: 'since',
        label: { zh: '登錄', en: 'Since' },
        cell: ({ issued_at }) => <When view={props.view} at={issued_at} />,
      },
      {
        key: 'state',
        label: { zh: '狀態', en: 'State' },
        cell: ({ state }) => {
          const [tone, label] = stateNames[state]
          return <StateTag view={props.view} tone={tone} label={label} />
        },
      },
      { key: 'act', label: { zh: '可以做的事', en: 'What you can do' }, cell: props.act },
    ]}
  />
)
