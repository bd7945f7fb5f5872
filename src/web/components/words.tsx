import type { ComponentChildren, VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import type { MenuItem, View } from '../view.ts'
import type { IconName } from './icons.tsx'
import { Icon } from './icons.tsx'
import type { Tone } from './tags.tsx'
import { toneIcon } from './tags.tsx'

/** Something to know before going on; `late` for what went wrong. */
export const Notice = (props: {
  tone: Tone
  title: string
  children?: ComponentChildren
}): VNode => (
  <section class={`notice tone-${props.tone}`}>
    <p class="notice-title">
      <Icon name={toneIcon[props.tone]} />
      {props.title}
    </p>
    {props.children}
  </section>
)

/** Where nothing is yet: says why, and what would be here, and how it gets here. */
export const EmptyState = (props: {
  title: string
  icon?: IconName
  children?: ComponentChildren
}): VNode => (
  <div class="empty">
    <Icon name={props.icon ?? 'inbox'} />
    <p>
      <strong>{props.title}</strong>
    </p>
    {props.children}
  </div>
)

/** How far a form is: "第 2 步，共 4 步". */
export const Steps = (props: { view: View; step: number; of: number; name?: string }): VNode => {
  const { view, step, of } = props
  const words = view.t(`第 ${step} 步，共 ${of} 步`, `Step ${step} of ${of}`)
  const name = props.name ? view.t(`：${props.name}`, `: ${props.name}`) : ''
  return (
    <div class="steps">
      {words}
      {name}
      <progress max={of} value={step} aria-label={words} />
    </div>
  )
}

/** The way back up; the page itself is not among them. */
export const Breadcrumbs = ({ view, items }: { view: View; items: readonly MenuItem[] }): VNode => (
  <nav class="crumbs" aria-label={view.t('所在位置', 'Where you are')}>
    <ol>
      {items.map((item) => (
        <li key={item.href}>
          <a href={view.href(item.href)}>{pick(item.label, view.locale)}</a>
        </li>
      ))}
    </ol>
  </nav>
)

/** Views of one thing, as links: each has its own address. */
export const Tabs = (props: {
  view: View
  label: string
  items: readonly { href: string; label: Text; count?: number; current?: boolean }[]
}): VNode => (
  <nav aria-label={props.label}>
    <ul class="tabs">
      {props.items.map((item) => (
        <li key={item.href}>
          <a href={props.view.href(item.href)} aria-current={item.current ? 'page' : undefined}>
            {pick(item.label, props.view.locale)}
            {item.count === undefined ? null : <span class="number">{item.count}</span>}
          </a>
        </li>
      ))}
    </ul>
  </nav>
)

/** A line of a summary: question, answer, and where to change it. */
export type SummaryRow = {
  readonly label: Text
  readonly answer: ComponentChildren
  readonly change?: string
}

/** Check your answers: each with a link back to its question; the link names the question. */
export const SummaryList = ({ view, rows }: { view: View; rows: readonly SummaryRow[] }): VNode => (
  <dl class="summary">
    {rows.map((row) => (
      <div key={row.label.zh}>
        <dt>{pick(row.label, view.locale)}</dt>
        <dd class="answer">
          {row.answer || <span class="soft">{view.t('未填寫', 'Not answered')}</span>}
        </dd>
        {row.change ? (
          <dd class="change">
            <a href={view.href(row.change)}>
              {view.t('修改', 'Change')}
              <span class="sr-only"> {pick(row.label, view.locale)}</span>
            </a>
          </dd>
        ) : null}
      </div>
    ))}
  </dl>
)
