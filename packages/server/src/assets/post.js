// Posts the form of this page by itself, once for each entry of the history: a person who comes back is not sent away again.
(() => {
  const form = document.querySelector('form[data-post]');
  if (!form) return;

  const showReturned = () => {
    for (const part of document.querySelectorAll('[data-while-waiting]')) part.hidden = true;
    for (const part of document.querySelectorAll('[data-when-returned]')) part.hidden = false;
  };
  // The browser kept the page and shows it as it was.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) showReturned();
  });

  if (history.state?.posted) {
    showReturned();
    return;
  }
  history.replaceState({ posted: true }, '');
  form.submit();
})();
