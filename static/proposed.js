// Takes all strengths or learning points that the judgements propose, by a button or by `a` within their group.
// Each is ticked as by a hand, so that it is saved as any tick. Without this every one is ticked by hand.
for (const group of document.querySelectorAll('[data-proposed]')) {
  const button = group.querySelector('[data-take]')
  const said = group.querySelector('[data-taken]')
  const take = () => {
    const open = [...group.querySelectorAll('input[data-is-proposed]:not(:checked)')]
    open.forEach(box => box.click())
    said.textContent = open.length === 1 ? 'One taken' : open.length ? `${open.length} taken` : 'All are taken already'
  }
  group.querySelectorAll('[data-take], [data-take-key]').forEach(part => { part.hidden = false })
  button.addEventListener('click', take)
  group.addEventListener('keydown', event => {
    if (event.key !== 'a' || event.ctrlKey || event.metaKey || event.altKey || event.target.matches('textarea')) return
    event.preventDefault()
    take()
  })
}
