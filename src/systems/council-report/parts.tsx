import type { ComponentChildren, VNode } from 'preact'
import type { View } from '../../web/view.ts'
import { type Edition, editionQuery } from './opened.ts'

/** What an edition is called: 第 1 版, or a draft that nobody has frozen. */
export const editionName = ({ version }: Edition, view: View): string =>
  version
    ? view.t(`第 ${version.version} 版`, `Version ${version.version}`)
    : view.t('草稿（未凍結）', 'Draft (not frozen)')

/** Where an edition of the report stands, or something of it: `…/report.pdf?version=1`. */
export const editionPath = (edition: Edition, part = ''): string =>
  `/reports/${edition.period}${part}${editionQuery(edition)}`

/** A line of a summary without a way to change it. */
export const Fact = (props: { label: string; children: ComponentChildren }): VNode => (
  <div>
    <dt>{props.label}</dt>
    <dd class="answer">{props.children}</dd>
  </div>
)

/** A SHA-256 in hexadecimal; it may break anywhere. */
export const Hash = ({ value }: { value: string }): VNode => <code class="hash">{value}</code>
