// Filters rows of the table by what they hold; without it all rows are there.
for (const form of document.querySelectorAll("form.filters")) {
  const rows = [...document.querySelectorAll(`#${form.dataset.table} tbody tr`)];
  const told = form.querySelector("output");
  const apply = () => {
    const wanted = [...new FormData(form)].filter(([, value]) => value !== "");
    let shown = 0;
    for (const row of rows) {
      row.hidden = !wanted.every(([name, value]) =>
        name === "words"
          ? row.textContent.toLowerCase().includes(value.toLowerCase())
          : (row.dataset[name] ?? "").split(" ").includes(value),
      );
      if (!row.hidden) shown += 1;
    }
    told.value = shown === rows.length ? `${shown} rows` : `${shown} of ${rows.length} rows`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}
