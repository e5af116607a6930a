"""python3 -m uvicorn main:app --app-dir examples/fastapi --no-server-header"""

import os
import sys

from app import create_app
from settings import SettingsError, parse_settings

try:
    app = create_app(parse_settings(os.environ))
except SettingsError as error:
    sys.exit(str(error))
