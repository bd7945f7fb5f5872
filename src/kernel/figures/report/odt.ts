import { OdtDocument } from 'odf-kit'
import type { Inline, ListItem, ReportDocument } from './document.ts'
import { factsTable, footerLine, type ReportMeta } from './facts.ts'

/** The faces a reader's office program is likely to have, for Chinese set as a document. */
const face = 'Noto Serif CJK TC'

type Builder = Parameters<Exclude<Parameters<OdtDocument['addParagraph']>[0], string>>[0]

/**
 * The report as OpenDocument text, the document standard of the state: generated numbers as text,
 * each figure a link to its records, the table of figures at the end, version and hash at the foot.
 */
export async function renderOdt(document: ReportDocument, meta: ReportMeta): Promise<Buffer> {
  const odt = new OdtDocument()
  odt.setMetadata({ title: document.title, creator: meta.author })
  const margin = '2.4cm'
  odt.setPageLayout({
    width: '21cm',
    height: '29.7cm',
    marginTop: margin,
    marginBottom: margin,
    marginLeft: margin,
    marginRight: margin,
  })
  odt.setFooter(`${footerLine(meta)}　###`)
  odt.addParagraph((p) => p.addText(document.title, { fontFamily: face, bold: true, fontSize: 20 }))
  odt.addParagraph((p) => p.addText(meta.author, { fontFamily: face }))
  for (const block of document.sections) {
    if (block.kind === 'heading')
      odt.addHeading((h) => {
        h.addText(`${block.number} `, { fontFamily: face })
        addLine(h, block.inline, meta)
      }, block.level)
    else if (block.kind === 'paragraph')
      odt.addParagraph((p) => addLine(p, block.inline, meta), { align: 'justify' })
    else addItems(odt, block.items, meta)
  }
  addFacts(odt, document, meta)
  return Buffer.from(await odt.save())
}

function addLine(builder: Builder, inline: readonly Inline[], meta: ReportMeta): void {
  for (const part of inline) {
    const look = { fontFamily: face, bold: part.strong }
    if (part.kind === 'text') builder.addText(part.text, look)
    else builder.addLink(part.text, meta.href(part.id), look)
  }
}

/** Items are paragraphs that begin with their own number: a quotation needs it as printed. */
function addItems(odt: OdtDocument, items: readonly ListItem[], meta: ReportMeta): void {
  for (const item of items) {
    odt.addParagraph((p) => {
      p.addText(`${item.number} `, { fontFamily: face })
      addLine(p, item.inline, meta)
    })
    addItems(odt, item.items, meta)
  }
}

function addFacts(odt: OdtDocument, document: ReportDocument, meta: ReportMeta): void {
  const table = factsTable(document, meta.locale)
  odt.addPageBreak()
  odt.addHeading((h) => h.addText(table.title, { fontFamily: face }), 2)
  odt.addTable(
    (t) => {
      for (const cells of [table.header, ...table.rows])
        t.addRow((row) => {
          for (const cell of cells)
            row.addCell((c) => {
              c.addText(cell, { fontFamily: face, fontSize: 8, bold: cells === table.header })
            })
        })
    },
    { border: '0.5pt solid #999999' },
  )
  odt.addParagraph((p) => p.addText(`SHA-256 ${meta.root}`, { fontSize: 8 }))
}
