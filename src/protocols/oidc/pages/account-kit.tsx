import bowser from 'bowser'
import type { ComponentChildren, VNode } from 'preact'
import type { Platform } from '../../../core/context.ts'
import { type Locale, pick, type Text } from '../../../core/i18n.ts'
import { Breadcrumbs } from '../../../web/components/words.tsx'
import { Page } from '../../../web/shell.tsx'
import type { View } from '../../../web/view.ts'
import { systemById } from '../clients.ts'

/** The pages of one's own account, in the order in which they stand on its front page. */
export const accountPath = '/account'

/** A page beneath the account's front page. */
export const AccountPage = (props: {
  view: View
  title: string
  lead?: string
  children: ComponentChildren
}): VNode => (
  <Page view={props.view} title={props.title}>
    <Breadcrumbs
      view={props.view}
      items={[{ href: accountPath, label: { zh: '我的帳號', en: 'My account' } }]}
    />
    <h1>{props.title}</h1>
    {props.lead ? <p class="lead">{props.lead}</p> : null}
    {props.children}
  </Page>
)

const kinds: Readonly<Record<string, Text>> = {
  mobile: { zh: '手機', en: 'phone' },
  tablet: { zh: '平板', en: 'tablet' },
  desktop: { zh: '電腦', en: 'computer' },
}

/** A browser in words people know: `Chrome，Android 手機`. It is what it called itself. */
export function browserWords(agent: string, locale: Locale): string {
  if (!agent) return locale === 'zh' ? '不明的瀏覽器' : 'an unknown browser'
  const { browser, os, platform } = bowser.parse(agent)
  const kind = kinds[platform.type ?? '']
  const on = [os.name, kind && pick(kind, locale)].filter(Boolean).join(' ')
  const name = browser.name || agent.slice(0, 40)
  return on ? `${name}${locale === 'zh' ? '，' : ', '}${on}` : name
}

/** What relying systems are called, by their identifiers; an unknown one keeps its identifier. */
export async function systemNames(
  platform: Platform,
  ids: readonly string[],
): Promise<(id: string) => Text> {
  const found = new Map<string, Text>()
  for (const id of new Set(ids)) {
    const system = await systemById(platform, id)
    if (system) found.set(id, system.name)
  }
  return (id) => found.get(id) ?? { zh: id, en: id }
}
