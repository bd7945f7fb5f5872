import type { Locale, Say, Text } from '../core/i18n.ts'
import { say } from '../core/i18n.ts'

/** What a page needs to know about its reader and its surroundings; made once for each request. */
export type View = {
  readonly locale: Locale
  readonly t: Say
  /** The current path without the language prefix, with its query: `/follow?number=…`. */
  readonly path: string
  /** Adds the prefix of the reader's language: `/en` when English, nothing when Chinese. */
  readonly href: (path: string) => string
  readonly person: {
    readonly name: string
    readonly agency: string
    readonly staff: boolean
  } | null
  readonly cityName: Text
  readonly hotline: string
  readonly flash?: Flash
  readonly assets: AssetLinks
  readonly permissions: ReadonlySet<string>
  /** The staff menu; citizens have `citizenMenu`. */
  readonly nav: readonly MenuItem[]
}

/** One sentence shown once, after a redirect. */
export type Flash = { readonly kind: 'done' | 'problem'; readonly text: string }

/** A line of a menu; `href` without the language prefix. */
export type MenuItem = { readonly href: string; readonly label: Text }

/** URLs of the built files: the style sheet, the main script, any island by its name. */
export type AssetLinks = {
  readonly css: string
  readonly js: string
  readonly island: (name: string) => string
}

/** The paths that the shell itself links to; systems answer them. */
export const shellPaths = {
  home: '/',
  search: '/follow',
  staffSearch: '/desk/search',
  signIn: '/sign-in',
  signOut: '/sign-out',
  account: '/account',
  accessibility: '/accessibility',
  source: '/about',
  chat: '/chat',
} as const

/** The five things that citizens come for, in the order of how often they do. */
export const citizenMenu: readonly MenuItem[] = [
  { href: '/report', label: { zh: '通報', en: 'Report a fault' } },
  { href: '/petition', label: { zh: '陳情', en: 'Petition' } },
  { href: '/follow', label: { zh: '查進度', en: 'Follow a case' } },
  { href: '/dispatch', label: { zh: '公開案件', en: 'Open cases' } },
  { href: '/reports', label: { zh: '工作報告', en: 'Council report' } },
]

/** Prefixes a path with the language: Chinese is the root, English lives under `/en`. */
export const hrefIn =
  (locale: Locale) =>
  (path: string): string =>
    locale === 'zh' ? path : `/en${path === '/' ? '' : path}`

/** Splits a requested URL into its language and the path beneath it; `hrefIn` undoes it. */
export const localeOf = (url: string): { locale: Locale; path: string } => {
  const english = url === '/en' || url.startsWith('/en/') || url.startsWith('/en?')
  if (!english) return { locale: 'zh', path: url }
  const rest = url.slice(3)
  return { locale: 'en', path: rest.startsWith('/') ? rest : `/${rest}` }
}

/** A view from its changing parts; translator and links follow from the language. */
export const makeView = (
  parts: Omit<View, 't' | 'href'> & Partial<Pick<View, 't' | 'href'>>,
): View => ({ t: say(parts.locale), href: hrefIn(parts.locale), ...parts })
