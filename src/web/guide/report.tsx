import type { VNode } from 'preact'
import { FigureLink, WithInspector } from '../components/stat.tsx'
import type { View } from '../view.ts'

/** A page of the council report with its figures, which open the inspector. */
export const ReportGuide = ({ view }: { view: View }): VNode => (
  <WithInspector view={view}>
    <article class="report">
      <h2>{view.t('為民服務', 'Service to citizens')}</h2>
      <h3>{view.t('派工通報', 'Dispatch reports')}</h3>
      <p>
        {view.t('本期受理派工通報', 'In this half-year the city received ')}
        <FigureLink view={view} href="/style-guide/figure">
          83,214
        </FigureLink>
        {view.t('件，較上期增加', ' reports, ')}
        <FigureLink view={view} href="/style-guide/figure">
          2.4%
        </FigureLink>
        {view.t(
          '。路燈、路面與水溝三類合計占七成，均由權責機關於時限內派員到場，未能如期完成者逐件敘明原因與預定完成日期，並主動告知通報人。',
          ' more than before. Lights, roads and drains make seven tenths. Where the time was ' +
            'not kept, the person who reported is told why and until when.',
        )}
      </p>
      <h4>{view.t('路燈', 'Street lights')}</h4>
      <p>
        {view.t('平均修復時間為', 'The mean time to repair is ')}
        <FigureLink view={view} href="/style-guide/figure">
          1.8
        </FigureLink>
        {view.t('個工作天。', ' working days.')}
      </p>
      <h3>{view.t('人民陳情', 'Petitions')}</h3>
      <p>{view.t('本期無逾期未結案件。', 'None is overdue at the end of the period.')}</p>
      <h2>{view.t('資訊安全', 'Security of information')}</h2>
      <p>{view.t('本期無重大事件。', 'There was no grave incident.')}</p>
    </article>
  </WithInspector>
)
