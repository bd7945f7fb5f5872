import type { ComponentChildren, VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import type { View } from '../view.ts'
import { Icon } from './icons.tsx'

/** One column; `cell` may return nothing, and a phone then leaves the line out. */
export type Column<Row> = {
  readonly key: string
  readonly label: Text
  readonly cell: (row: Row) => ComponentChildren
  /** Right-aligned figures. */
  readonly amount?: boolean
  /** Names the row: a `th`; by default the first column. */
  readonly heads?: boolean
  readonly sorts?: boolean
}

type TableProps<Row> = {
  view: View
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** What stands here instead when there is no row; it teaches. */
  empty: ComponentChildren
  sort?: { key: string; descending: boolean; href: (key: string, descending: boolean) => string }
  /** Rows to choose for an action on many: the form they belong to, and what each is called. */
  pick?: { form: string; name: string; label: (row: Row) => string }
  /** Marks the row whose detail stands beside the list. */
  current?: string
  /** On phones: rows beneath one another, or a region to be scrolled, for wide figures. */
  narrow?: 'stack' | 'scroll'
  hideCaption?: boolean
}

/** A list of rows. `j`, `k` and Enter move along the links of the naming column. */
export const DataTable = <Row,>(props: TableProps<Row>): VNode => {
  if (props.rows.length === 0) return <>{props.empty}</>
  const scrolls = props.narrow === 'scroll'
  const table = (
    <table class={scrolls ? undefined : 'stacks'}>
      <caption class={props.hideCaption ? 'sr-only' : undefined}>{props.caption}</caption>
      <thead>
        <tr>
          {props.pick ? <PickAll view={props.view} form={props.pick.form} /> : null}
          {props.columns.map((column) => (
            <Heading key={column.key} {...props} column={column} />
          ))}
        </tr>
      </thead>
      <tbody data-list>
        {props.rows.map((row) => (
          <Line key={props.rowKey(row)} {...props} row={row} />
        ))}
      </tbody>
    </table>
  )
  if (!scrolls) return table
  return (
    <section class="scroll" aria-label={props.caption} tabindex={0}>
      {table}
    </section>
  )
}

const Heading = <Row,>(props: TableProps<Row> & { column: Column<Row> }) => {
  const { column, sort, view } = props
  const label = pick(column.label, view.locale)
  const look = column.amount ? 'amount' : undefined
  if (!sort || !column.sorts)
    return (
      <th scope="col" class={look}>
        {label}
      </th>
    )
  const active = sort.key === column.key
  const direction = sort.descending ? 'descending' : 'ascending'
  return (
    <th scope="col" class={look} aria-sort={active ? direction : undefined}>
      <a href={sort.href(column.key, active && !sort.descending)}>
        {label}
        {active ? <Icon name={sort.descending ? 'down' : 'up'} /> : null}
      </a>
    </th>
  )
}

const Line = <Row,>(props: TableProps<Row> & { row: Row }) => {
  const { view, row, columns } = props
  const key = props.rowKey(row)
  const head = columns.find((column) => column.heads) ?? columns[0]
  return (
    <tr data-row data-current={props.current === key ? '' : undefined}>
      {props.pick ? <PickOne pick={props.pick} value={key} label={props.pick.label(row)} /> : null}
      {columns.map((column) => {
        const cell = column.cell(row)
        const look = column.amount ? 'amount' : undefined
        if (column === head)
          return (
            <th key={column.key} scope="row" class={look}>
              {cell}
            </th>
          )
        const nothing = cell === null || cell === undefined || cell === ''
        return (
          <td
            key={column.key}
            class={nothing ? 'nothing' : look}
            data-label={pick(column.label, view.locale)}
          >
            <span>{cell}</span>
          </td>
        )
      })}
    </tr>
  )
}

const PickAll = ({ view, form }: { view: View; form: string }) => (
  <th scope="col" class="pick">
    <label>
      <span class="sr-only">{view.t('全選', 'Choose all')}</span>
      <input type="checkbox" data-bulk-all={form} hidden />
    </label>
  </th>
)

const PickOne = (props: { pick: { form: string; name: string }; value: string; label: string }) => (
  <td class="pick">
    <label>
      <span class="sr-only">{props.label}</span>
      <input
        type="checkbox"
        form={props.pick.form}
        name={props.pick.name}
        value={props.value}
        data-bulk={props.pick.form}
      />
    </label>
  </td>
)
