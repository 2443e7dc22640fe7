# The image of docker-compose.yml: web, worker and timetable alike.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 JASMINE_VAR=/kept
WORKDIR /jasmine

# pg_dump and pg_restore, for `backup` and `restore`
RUN apt-get update -qq && apt-get install -qq --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*

COPY requirements.txt ./
RUN pip install --no-cache-dir --require-hashes -r requirements.txt

COPY . ./
RUN JASMINE_VAR=/tmp/building python manage.py messages --compile && rm -rf /tmp/building \
    && useradd --uid 10001 --no-create-home jasmine \
    && install -d -o jasmine -m 700 /kept
USER jasmine
