import type { ComponentChildren, VNode } from 'preact'
import type { View } from '../view.ts'

/** A figure: its title above, the drawing, the numbers as a table that unfolds beneath. */
export const ChartFrame = (props: { title: string; children: ComponentChildren }): VNode => (
  <figure class="chart">
    <figcaption>{props.title}</figcaption>
    {props.children}
  </figure>
)

/** The numbers of a chart for those who read rather than look, and for copying. */
export const ChartTable = (props: {
  view: View
  caption: string
  head: readonly string[]
  rows: readonly { name: string; values: readonly string[]; href?: string | undefined }[]
}): VNode => (
  <details>
    <summary>{props.view.t('看數字', 'See the numbers')}</summary>
    <section class="scroll" aria-label={props.caption} tabindex={0}>
      <table>
        <caption class="sr-only">{props.caption}</caption>
        <thead>
          <tr>
            {props.head.map((label, index) => (
              <th key={label} scope="col" class={index === 0 ? undefined : 'amount'}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">
                {row.href ? <a href={props.view.href(row.href)}>{row.name}</a> : row.name}
              </th>
              {row.values.map((value, index) => (
                <td class="amount" key={`${row.name} ${index}`}>
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  </details>
)
