import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import { row } from '../core/db.ts'
import { pick } from '../core/i18n.ts'
import { apiDocs } from './api-docs.tsx'
import { Door } from './components/door.tsx'
import { Stat, Stats } from './components/stat.tsx'
import type { Page as PageRoute, Visit } from './pages.ts'
import { Page } from './shell.tsx'

/** The pages that belong to no system: the front door, statements, the API's description. */
export const sitePages = (app: FastifyInstance): readonly PageRoute[] => [
  { method: 'GET', path: '/', permission: 'public', run: home },
  { method: 'GET', path: '/accessibility', permission: 'public', run: accessibility },
  { method: 'GET', path: '/about', permission: 'public', run: about },
  {
    method: 'GET',
    path: '/api/docs',
    permission: 'public',
    run: async ({ view }) => ({ page: apiDocs(view, app.swagger()) }),
  },
]

type Pulse = { received: number; closed: number; open: number }

async function home({ view, read, platform }: Visit) {
  const since = new Date(+platform.now() - 30 * 86_400_000)
  const pulse = await read('public', (ctx) =>
    row(
      ctx.db,
      sql<Pulse>`select count(*) filter (where received_at >= ${since}) as received,
          count(*) filter (where closed_at >= ${since}) as closed,
          count(*) filter (where open) as open
        from cases.public_case where kind = 'dispatch'`,
    ),
  )
  const city = pick(view.cityName, view.locale)
  return {
    page: (
      <Page view={view} title={view.t('市民服務', 'Services')}>
        <section class="hero">
          <h1>{view.t('有事，跟市府說', 'Tell the city')}</h1>
          <p class="lead">
            {view.t(
              `路燈不亮、路面有洞，或對${city}有話要說，幾分鐘就好。每一步做了什麼、什麼時候完成，您都看得到。`,
              'A dark street lamp, a hole in the road, or something to say: it takes ' +
                'minutes, and you see every step and its deadline.',
            )}
          </p>
        </section>
        <ul class="doors">
          <Door view={view} href="/report" icon="camera" title={doors.report.title}>
            {pick(doors.report.words, view.locale)}
          </Door>
          <Door view={view} href="/petition" icon="edit" title={doors.petition.title}>
            {pick(doors.petition.words, view.locale)}
          </Door>
          <Door view={view} href="/works" icon="camera" title={doors.works.title}>
            {pick(doors.works.words, view.locale)}
          </Door>
          <Door view={view} href="/follow" icon="clock" title={doors.follow.title}>
            {pick(doors.follow.words, view.locale)}
          </Door>
        </ul>
        <ul class="plain">
          <li>
            <a href={view.href('/legal-aid')}>
              {view.t('預約免費法律諮詢', 'Book free legal advice')}
            </a>
          </li>
          <li>
            <a href={view.href('/knowledge')}>
              {view.t('市政問答', 'Questions and answers about the city')}
            </a>
          </li>
          <li>
            <a href={view.href('/watch')}>{view.t('訂閱行政區的新通報', 'News of a district')}</a>
          </li>
        </ul>
        <h2>{view.t('近三十天的通報', 'Reports of the last thirty days')}</h2>
        <Stats>
          <Stat
            view={view}
            label={{ zh: '收到', en: 'Received' }}
            value={String(pulse?.received ?? 0)}
            href="/dispatch"
          />
          <Stat
            view={view}
            label={{ zh: '完成', en: 'Finished' }}
            value={String(pulse?.closed ?? 0)}
            href="/dispatch?state=closed"
          />
          <Stat
            view={view}
            label={{ zh: '處理中', en: 'Open now' }}
            value={String(pulse?.open ?? 0)}
            href="/dispatch"
          />
        </Stats>
      </Page>
    ),
  }
}

const doors = {
  report: {
    title: { zh: '通報要修的地方', en: 'Report a fault' },
    words: {
      zh: '路燈、路面、水溝、路樹、環境髒亂⋯⋯拍照、點地圖就好。',
      en: 'Lamps, roads, drains, trees, litter: a photograph and a tap on the map.',
    },
  },
  petition: {
    title: { zh: '向市府陳情', en: 'File a petition' },
    words: {
      zh: '建議、檢舉或申訴。依法期限內答覆，不能辦也會說明依據。',
      en: 'Advice, a report or a complaint: answered within the legal time, with reasons.',
    },
  },
  works: {
    title: { zh: '督促公共工程', en: 'Report a public work' },
    words: {
      zh: '工地圍籬、路面回填、施工品質有問題，機關到場查驗後回覆您。',
      en: 'A fence, a badly filled road, poor work: it is inspected and you are answered.',
    },
  },
  follow: {
    title: { zh: '查案件進度', en: 'Follow a case' },
    words: {
      zh: '用案號和查詢碼，看現在在誰手上、什麼時候到期。',
      en: 'With its number and code: who has it, and until when.',
    },
  },
} as const

async function accessibility({ view }: Visit) {
  return {
    page: (
      <Page view={view} title={view.t('無障礙聲明', 'Accessibility statement')}>
        <h1>{view.t('無障礙聲明', 'Accessibility statement')}</h1>
        <p>
          {view.t(
            '本站依 WCAG 2.2 AA 建置：全部功能可用鍵盤操作，不需要 JavaScript,顏色不單獨表達意義，並提供深色與列印樣式。',
            'This site follows WCAG 2.2 AA: everything works from the keyboard and without ' +
              'JavaScript, colour never speaks alone, and there are dark and print styles.',
          )}
        </p>
        <p>
          {view.t(
            `使用上有困難，請打 ${view.hotline},值機人員可以代您完成。`,
            `If something does not work for you, call ${view.hotline}; an operator can do it ` +
              `for you.`,
          )}
        </p>
      </Page>
    ),
  }
}

async function about({ view }: Visit) {
  return {
    page: (
      <Page view={view} title={view.t('關於本站', 'About this site')}>
        <h1>{view.t('關於本站', 'About this site')}</h1>
        <p>
          {view.t(
            '本站使用開放原始碼的市政平台 Takao(Apache-2.0 授權)。工作報告裡的每個數字都由紀錄算出，點一下就能看到背後的每一筆。',
            'This site runs on Takao, open-source software for city halls (Apache-2.0). ' +
              'Every figure of the council report is computed from records; a click opens the ' +
              'rows behind it.',
          )}
        </p>
        <p>
          <a href={view.href('/api/docs')}>{view.t('程式介面說明', 'API reference')}</a>
        </p>
      </Page>
    ),
  }
}
