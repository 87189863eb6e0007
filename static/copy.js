// Copies the reference of a case, for the search box of the case system. Without this the button is not there.
for (const button of document.querySelectorAll('[data-copy]')) {
  const said = button.parentElement.querySelector('[data-copied]')
  button.hidden = !navigator.clipboard
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy)
      said.textContent = `Copied ${button.dataset.copy}`
    } catch {
      said.textContent = `This browser does not let a page copy. The reference is ${button.dataset.copy}`
    }
  })
}
