/** Copies of selected text carry tokens as they are, not as they are shown. */

/** Replaces chips in what is selected by their exact text. */
export function onCopySelection(event: ClipboardEvent): void {
  const selection = document.getSelection();
  if (event.defaultPrevented || selection === null || selection.isCollapsed) return;
  const holder = document.createElement('div');
  for (let index = 0; index < selection.rangeCount; index += 1) {
    holder.append(selection.getRangeAt(index).cloneContents());
  }
  const chips = holder.querySelectorAll('[data-exact]');
  if (chips.length === 0) return;
  for (const chip of chips) chip.replaceWith(chip.getAttribute('data-exact') ?? '');
  event.clipboardData?.setData('text/plain', holder.textContent.trim());
  event.preventDefault();
}
