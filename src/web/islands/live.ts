let open: EventSource | undefined

/**
 * Shows that a list changed elsewhere: an element with `data-live="topic"` is unhidden and its count
 * grows. What one reads never moves by itself; its link reloads.
 */
export function watchLive(): void {
  open?.close()
  open = undefined
  const note = document.querySelector<HTMLElement>('[data-live]')
  if (!note) return
  let changes = 0
  open = new EventSource(`/live?topic=${encodeURIComponent(note.dataset.live ?? '')}`)
  open.addEventListener('change', () => {
    changes++
    note.hidden = false
    const count = note.querySelector('[data-live-count]')
    if (count) count.textContent = String(changes)
  })
}
