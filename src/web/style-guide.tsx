import type { ComponentChildren } from 'preact'
import { Breadcrumbs } from './components/words.tsx'
import { ElementsGuide } from './guide/elements.tsx'
import { FiguresGuide } from './guide/figures.tsx'
import { FormsGuide } from './guide/forms.tsx'
import { ListsGuide } from './guide/lists.tsx'
import { RecordsGuide } from './guide/records.tsx'
import { ReportGuide } from './guide/report.tsx'
import { Page, renderPage } from './shell.tsx'
import type { View } from './view.ts'

/** The style guide as a whole document: every component in every state, in either chrome. */
export const styleGuide = (view: View, chrome: 'citizen' | 'staff' = 'citizen'): string =>
  renderPage(
    <Page view={view} title={view.t('樣式指南', 'Style guide')} chrome={chrome}>
      <Breadcrumbs view={view} items={[{ href: '/', label: { zh: '首頁', en: 'Home' } }]} />
      <h1>{view.t('樣式指南', 'Style guide')}</h1>
      <p class="lead">
        {view.t(
          '這一頁把網站的每個零件，在空白、一筆、多筆、長字、出錯與沒有權限時的樣子都排出來。改樣式的人先看這裡。',
          'Every part of the site in every state: empty, one, many, long words, error, no ' +
            'permission.',
        )}
      </p>
      <Part title={view.t('字與按鈕', 'Type and buttons')}>
        <ElementsGuide view={view} />
      </Part>
      <Part title={view.t('表單', 'Forms')}>
        <FormsGuide view={view} />
      </Part>
      <Part title={view.t('案件', 'Cases')}>
        <RecordsGuide view={view} />
      </Part>
      <Part title={view.t('清單', 'Lists')}>
        <ListsGuide view={view} />
      </Part>
      <Part title={view.t('數字與地圖', 'Figures and maps')}>
        <FiguresGuide view={view} />
      </Part>
      <Part title={view.t('報告', 'The report')}>
        <ReportGuide view={view} />
      </Part>
    </Page>,
  )

const Part = ({ title, children }: { title: string; children: ComponentChildren }) => (
  <section class="guide-part">
    <hr />
    <p class="lead">{title}</p>
    {children}
  </section>
)
