import type { ComponentChildren, VNode } from 'preact'
import { render } from 'preact-render-to-string'
import { languageTag, pick } from '../core/i18n.ts'
import { Icon, Mark } from './components/icons.tsx'
import { KeysDialog } from './keys.tsx'
import type { Flash, MenuItem, View } from './view.ts'
import { citizenMenu, hrefIn, shellPaths } from './view.ts'

type PageProps = {
  view: View
  /** The page's own title, unique in the site; the city's name follows it in the tab. */
  title: string
  /** `staff` is denser and carries `view.nav` at the side; `bare` stands in another's frame. */
  chrome?: 'citizen' | 'staff' | 'bare'
  /** For search engines; one sentence. */
  description?: string
  /** Loaded as a document of its own, for its headers differ from those of other pages. */
  whole?: boolean
  children: ComponentChildren
}

/** The whole HTML document around a page: head, header, menu, the flash message, main, footer. */
export const Page = ({
  view,
  title,
  chrome = 'citizen',
  description,
  whole,
  children,
}: PageProps): VNode => (
  <html lang={languageTag(view.locale)} data-chrome={chrome}>
    <Head view={view} title={title} description={description} whole={whole} />
    <body>
      <a class="skip" href="#main">
        {view.t('跳到主要內容', 'Skip to main content')}
      </a>
      <Chrome view={view} chrome={chrome}>
        {children}
      </Chrome>
      <KeysDialog view={view} />
    </body>
  </html>
)

const Chrome = ({ view, chrome, children }: Pick<PageProps, 'view' | 'chrome' | 'children'>) => {
  if (chrome === 'staff') return <Desk view={view}>{children}</Desk>
  if (chrome === 'citizen') return <FrontDoor view={view}>{children}</FrontDoor>
  return (
    <main id="main" class="page" tabindex={-1}>
      {children}
    </main>
  )
}

/** The text of a response: doctype and document. */
export const renderPage = (page: VNode): string => `<!doctype html>${render(page)}`

const Head = ({ view, title, description, whole }: Omit<PageProps, 'children'>) => {
  const other = view.locale === 'zh' ? 'en' : 'zh'
  return (
    <head>
      <meta charset="utf-8" />
      <title>{`${title} - ${pick(view.cityName, view.locale)}`}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="format-detection" content="telephone=no" />
      {whole ? <meta name="turbo-visit-control" content="reload" /> : null}
      {description ? <meta name="description" content={description} /> : null}
      <link rel="icon" type="image/svg+xml" href={view.assets.island('icon.svg')} />
      <link rel="stylesheet" href={view.assets.css} data-turbo-track="reload" />
      <link
        rel="alternate"
        hreflang={languageTag(other)}
        href={hrefIn(other)(view.path)}
        data-turbo-track="dynamic"
      />
      <script type="module" src={view.assets.js} data-turbo-track="reload" />
    </head>
  )
}

const FrontDoor = ({ view, children }: { view: View; children: ComponentChildren }) => (
  <>
    <header class="masthead">
      <div class="page top">
        <Wordmark view={view} />
        <Find
          view={view}
          action={shellPaths.search}
          name="number"
          label={view.t('用案號查進度', 'Track by case number')}
        />
        <LanguageSwitch view={view} />
        <Person view={view} />
      </div>
      <nav class="page" aria-label={view.t('主要服務', 'Main services')}>
        <Menu view={view} items={citizenMenu} />
      </nav>
    </header>
    <main id="main" class="page" tabindex={-1}>
      <FlashMessage flash={view.flash} />
      {children}
    </main>
    <Footer view={view} />
  </>
)

const Desk = ({ view, children }: { view: View; children: ComponentChildren }) => (
  <div class="desk">
    <header class="deskbar">
      <button
        class="quiet-link menu-button button"
        type="button"
        popovertarget="desk-menu"
        aria-label={view.t('選單', 'Menu')}
      >
        <Icon name="menu" />
      </button>
      <Wordmark view={view} />
      <Find
        view={view}
        action={shellPaths.staffSearch}
        name="q"
        label={view.t('搜尋案號、地點、姓名', 'Search number, place, name')}
      />
      <LanguageSwitch view={view} />
      <Person view={view} />
    </header>
    <nav id="desk-menu" class="sidebar" popover="auto" aria-label={view.t('工作選單', 'Desk menu')}>
      <Menu view={view} items={view.nav} />
    </nav>
    <main id="main" class="page" tabindex={-1}>
      <FlashMessage flash={view.flash} />
      {children}
    </main>
  </div>
)

const Wordmark = ({ view }: { view: View }) => (
  <a class="wordmark" href={view.href(shellPaths.home)}>
    <Mark />
    <span>{pick(view.cityName, view.locale)}</span>
  </a>
)

const Find = (props: { view: View; action: string; name: string; label: string }) => (
  <search class="find">
    <form action={props.view.href(props.action)} method="get">
      <label class="sr-only" for="site-search">
        {props.label}
      </label>
      <input
        class="box"
        id="site-search"
        type="search"
        name={props.name}
        placeholder={props.label}
        data-search
        autocomplete="off"
      />
      <button class="button" type="submit" aria-label={props.view.t('查詢', 'Search')}>
        <Icon name="search" />
      </button>
    </form>
  </search>
)

const LanguageSwitch = ({ view }: { view: View }) => {
  const other = view.locale === 'zh' ? 'en' : 'zh'
  return (
    <a
      class="quiet-link"
      href={hrefIn(other)(view.path)}
      hreflang={languageTag(other)}
      lang={languageTag(other)}
    >
      <Icon name="language" />
      {other === 'en' ? 'English' : '中文'}
    </a>
  )
}

const Person = ({ view }: { view: View }) => {
  if (!view.person)
    return (
      <a class="quiet-link" href={view.href(shellPaths.signIn)}>
        <Icon name="person" />
        {view.t('登入', 'Sign in')}
      </a>
    )
  return (
    <details class="person">
      <summary>
        <Icon name="person" />
        {view.person.name}
      </summary>
      <div class="person-menu">
        {view.person.agency ? <p class="soft">{view.person.agency}</p> : null}
        <a class="quiet-link" href={view.href(shellPaths.account)}>
          {view.t('我的帳號', 'My account')}
        </a>
        <form
          method="post"
          action={view.href(shellPaths.signOut)}
          data-sign-out
          data-unsent={view.t(
            '還有 {n} 筆現場紀錄沒有送出，登出會刪掉。確定要登出嗎？',
            '{n} notes from your round are not sent; signing out deletes them. Sign out?',
          )}
        >
          <button class="button" type="submit">
            {view.t('登出', 'Sign out')}
          </button>
        </form>
      </div>
    </details>
  )
}

const Menu = ({ view, items }: { view: View; items: readonly MenuItem[] }) => {
  const nearest = nearestOf(view.path, items)
  return (
    <ul class="menu">
      {items.map((item) => (
        <li key={item.href}>
          <a
            href={view.href(item.href)}
            aria-current={item === nearest ? currentness(view.path, item.href) : undefined}
          >
            {pick(item.label, view.locale)}
          </a>
        </li>
      ))}
    </ul>
  )
}

/** The line that the page belongs to: of `/desk` and `/desk/kpi` only the longer one is current. */
const nearestOf = (path: string, items: readonly MenuItem[]): MenuItem | undefined =>
  items
    .filter(({ href }) => currentness(path, href))
    .sort((one, other) => other.href.length - one.href.length)[0]

/** `page` on the very page, `true` on a page beneath it. */
const currentness = (path: string, href: string): 'page' | 'true' | undefined => {
  const bare = path.split('?')[0] ?? path
  if (bare === href) return 'page'
  return href !== '/' && bare.startsWith(`${href}/`) ? 'true' : undefined
}

const FlashMessage = ({ flash }: { flash: Flash | undefined }) =>
  flash ? (
    <div class={`flash ${flash.kind}`} role="status">
      <Icon name={flash.kind === 'done' ? 'done' : 'alert'} />
      <span>{flash.text}</span>
    </div>
  ) : null

/** The way to the chat on every page of citizens; with script it opens over the page. */
const ChatButton = ({ view }: { view: View }) =>
  view.path.split('?')[0] === shellPaths.chat ? null : (
    <a
      class="chat-button button"
      href={view.href(shellPaths.chat)}
      data-chat-open
      data-close={view.t('關閉', 'Close')}
    >
      <Icon name="info" />
      {view.t('智能客服', 'Ask us')}
    </a>
  )

const Footer = ({ view }: { view: View }) => (
  <footer class="footer">
    <div class="page">
      <p class="hotline">
        {view.t('市民專線 ', 'Citizens’ line ')}
        <strong>
          <a href={`tel:${view.hotline}`}>{view.hotline}</a>
        </strong>
      </p>
      <ChatButton view={view} />
      <a href={view.href(shellPaths.accessibility)}>
        {view.t('無障礙聲明', 'Accessibility statement')}
      </a>
      <a href={view.href(shellPaths.source)}>
        {view.t('本站是開放原始碼軟體', 'This site is open-source software')}
      </a>
    </div>
  </footer>
)
