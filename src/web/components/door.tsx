import type { ComponentChildren, VNode } from 'preact'
import { pick, type Text } from '../../core/i18n.ts'
import type { View } from '../view.ts'
import { Icon, type IconName } from './icons.tsx'

/** One of several ways on, with a sentence on what is behind it. A line of a `ul.doors`. */
export const Door = (props: {
  view: View
  href: string
  icon: IconName
  title: Text
  children: ComponentChildren
}): VNode => (
  <li>
    <a class="door" href={props.view.href(props.href)}>
      <Icon name={props.icon} />
      <strong>{pick(props.title, props.view.locale)}</strong>
      <span>{props.children}</span>
    </a>
  </li>
)
