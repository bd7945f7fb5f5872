import type { ComponentChildren, VNode } from 'preact'
import type { Text } from '../../core/i18n.ts'
import { pick } from '../../core/i18n.ts'
import type { View } from '../view.ts'

/** A number with its name; a link to the rows behind it, where this reader may see them. */
export const Stat = (props: {
  view: View
  label: Text
  /** Already set for people: `numberText(1234)`. */
  value: string
  unit?: Text
  note?: Text
  /** The rows behind the number. */
  href?: string
}): VNode => {
  const { view } = props
  const inside = (
    <>
      <span class="label">{pick(props.label, view.locale)}</span>
      <span class="value">
        {props.href ? <u>{props.value}</u> : props.value}
        {props.unit ? <span class="unit">{pick(props.unit, view.locale)}</span> : null}
      </span>
      {props.note ? <span class="note">{pick(props.note, view.locale)}</span> : null}
    </>
  )
  return props.href ? (
    <a class="stat" href={view.href(props.href)}>
      {inside}
    </a>
  ) : (
    <div class="stat">{inside}</div>
  )
}

/** Numbers side by side. */
export const Stats = ({ children }: { children: ComponentChildren }): VNode => (
  <div class="stats">{children}</div>
)

/**
 * A number within the report's text. It opens the inspector beside the text; without JavaScript it
 * leads to the same words on a page of their own. `href` without the language prefix.
 */
export const FigureLink = (props: {
  view: View
  href: string
  children: ComponentChildren
}): VNode => (
  <a class="figure-link" href={props.view.href(props.href)} data-inspect>
    {props.children}
  </a>
)

/** The report and its inspector, side by side or one beneath the other. */
export const WithInspector = (props: { view: View; children: ComponentChildren }): VNode => (
  <div class="with-inspector">
    <div>{props.children}</div>
    <aside
      class="inspector"
      id="inspector"
      aria-label={props.view.t('這個數字的依據', 'What this number rests on')}
      hidden
    >
      <button class="button close" type="button" data-inspector-close>
        {props.view.t('關閉', 'Close')}
      </button>
      <div data-inspector-body tabindex={-1} aria-live="polite" />
    </aside>
  </div>
)
