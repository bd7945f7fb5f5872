import type { ComponentChildren, VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import type { ObjectSchema } from '../fields.ts'
import type { View } from '../view.ts'
import { Button } from './button.tsx'
import type { Values } from './fields.tsx'
import { Fields } from './fields.tsx'
import { Icon } from './icons.tsx'

/** Earlier and later pages by key; an offset would skip rows while others are added. */
export const Pagination = (props: {
  view: View
  /** What is shown: "第 1-50 筆，共 1,234 筆". */
  shown: string
  newer?: string
  older?: string
}): VNode => (
  <nav class="pages" aria-label={props.view.t('分頁', 'Pages')}>
    <p>{props.shown}</p>
    {props.newer ? (
      <a class="button" rel="prev" href={props.view.href(props.newer)}>
        <Icon name="left" />
        {props.view.t('上一頁', 'Previous')}
      </a>
    ) : null}
    {props.older ? (
      <a class="button" rel="next" href={props.view.href(props.older)}>
        {props.view.t('下一頁', 'Next')}
        <Icon name="right" />
      </a>
    ) : null}
  </nav>
)

/** A filter in force, and the address of the list without it. */
export type Chip = { readonly label: Text; readonly without: string }

/**
 * Filters of a list: a GET form, so that the address holds them and can be sent to a colleague.
 * `keep` are values of the address that the form must carry along, such as the order.
 */
export const Filters = (props: {
  view: View
  action: string
  schema: ObjectSchema
  values: Values
  keep?: Readonly<Record<string, string>>
  chips?: readonly Chip[]
}): VNode => {
  const { view, chips = [] } = props
  return (
    <>
      <details class="filters">
        <summary>
          <Icon name="filter" /> {view.t('篩選', 'Filter')}
          {chips.length > 0 ? view.t(`（${chips.length} 項）`, ` (${chips.length})`) : ''}
        </summary>
        <form method="get" action={view.href(props.action)}>
          {Object.entries(props.keep ?? {}).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <div class="grid">
            <Fields view={view} schema={allAnswersWanted(props.schema)} values={props.values} />
          </div>
          <div class="buttons">
            <Button look="primary">{view.t('套用', 'Apply')}</Button>
            <a href={view.href(props.action)}>{view.t('清除全部', 'Clear all')}</a>
          </div>
        </form>
      </details>
      {chips.length > 0 ? <Chips view={view} chips={chips} /> : null}
    </>
  )
}

/** No filter must be chosen, and saying "optional" beside each of them is noise. */
const allAnswersWanted = (schema: ObjectSchema): ObjectSchema => ({
  properties: schema.properties,
  required: Object.keys(schema.properties),
})

const Chips = ({ view, chips }: { view: View; chips: readonly Chip[] }) => (
  <ul class="chips" aria-label={view.t('使用中的篩選', 'Filters in force')}>
    {chips.map((chip) => (
      <li key={chip.without}>
        <a href={view.href(chip.without)}>
          {pick(chip.label, view.locale)}
          <Icon name="close" />
          <span class="sr-only">{view.t('，移除', ', remove')}</span>
        </a>
      </li>
    ))}
  </ul>
)

/**
 * Actions on the chosen rows. The rows' boxes name this form by its id (`DataTable` `pick.form`).
 * Without JavaScript the bar is always there; with it, only while something is chosen.
 */
export const BulkBar = (props: {
  view: View
  id: string
  action: string
  children: ComponentChildren
}): VNode => (
  <form
    class="bulk-bar"
    id={props.id}
    method="post"
    action={props.view.href(props.action)}
    data-bulk-bar
  >
    <output data-template={props.view.t('已選 {n} 筆', '{n} chosen')}>
      {props.view.t('對勾選的案件', 'With the chosen rows')}
    </output>
    {props.children}
  </form>
)

/** Says that a list has news, as a link; what is being read never moves by itself. */
export const LiveUpdates = (props: { view: View; events: string; href: string }): VNode => (
  <div class="live" role="status" data-live={props.events}>
    <a
      href={props.view.href(props.href)}
      data-template={props.view.t('有 {n} 筆更新', '{n} updates')}
      hidden
    >
      {props.view.t('有更新', 'Updates')}
    </a>
  </div>
)
