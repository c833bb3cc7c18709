{% if request.is_get() %}const query = new URLSearchParams({
{%- else %}const body = JSON.stringify({
{%- endif %}
{%- for (name, value) in request.parameters %}
  {{ name }}: {{ crate::calls::literal(value) }},
{%- endfor %}
});
const response = await fetch(
  `${JUNCTURE_URL}{{ request.path }}{% if request.is_get() %}?${query}{% endif %}`,
  {
{%- if !request.is_get() %}
    method: "{{ request.method }}",
{%- endif %}
    headers: {
{%- if request.needs_secret %}
      Authorization: `Bearer ${JUNCTURE_SECRET_KEY}`,
{%- endif %}
{%- if !request.is_get() %}
      "Content-Type": "application/json",
{%- endif %}
{%- if let Some(key) = request.idempotency_key %}
      "Idempotency-Key": "{{ key }}",
{%- endif %}
    },
{%- if !request.is_get() %}
    body,
{%- endif %}
  },
);
const {{ fields }} = await response.json();
